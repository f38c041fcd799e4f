namespace Diffah.Bench.Scale;

/// <summary>An image and its releases, with sizes of what leads from one to another.</summary>
internal sealed class SimulatedImage
{
    // Layers from below, as parts of the image's bytes, and how often the lowest one that changes is this one. What
    // stands on a layer that changes is built anew.
    private static readonly (double Part, double Often)[] Layers =
        [(0.35, 0.60), (0.30, 0.15), (0.30, 0.20), (0.05, 0.05)];

    private readonly double[] _change;
    private readonly int[] _lowest;
    private readonly double _exponent;
    private readonly double _share;

    /// <param name="random">Makes the image.</param>
    /// <param name="families">The kinds of images there are.</param>
    /// <param name="options">The assumptions.</param>
    /// <param name="releases">How many releases it has.</param>
    public SimulatedImage(Random random, Family[] families, ScaleOptions options, int releases)
    {
        var (share, exponent) = families[random.Next(families.Length)].Growth();
        Bytes = (long)(170e6 * LogNormal(random, 0.8));
        _share = Math.Min(0.5, share * options.Volatility * LogNormal(random, 0.5));
        _exponent = options.Exponent ?? exponent;
        _lowest = new int[releases];
        _change = new double[releases];
        var released = 12.0 / options.ReleasesPerYear;
        for (var release = 1; release < releases; release++)
        {
            _lowest[release] = LowestChanged(random);
            _change[release] = _change[release - 1] + (released * LogNormal(random, 0.6));
        }
    }

    /// <summary>Bytes of all its layers, compressed.</summary>
    public long Bytes { get; }

    /// <summary>Bytes of a delta.</summary>
    public double DeltaBytes(int from, int to) =>
        Bytes * Math.Min(1, _share * Math.Pow(_change[to] - _change[from], _exponent));

    /// <summary>The layers that a plain pull fetches: all from the lowest that changed in between.</summary>
    public int PulledLayers(int from, int to) => Layers.Length - Lowest(from, to);

    /// <summary>Their bytes.</summary>
    public double PulledBytes(int from, int to) => Bytes * Layers.Skip(Lowest(from, to)).Sum(l => l.Part);

    private int Lowest(int from, int to) => _lowest[(from + 1)..(to + 1)].Min();

    private static int LowestChanged(Random random)
    {
        var at = random.NextDouble();
        for (var layer = 0; layer < Layers.Length - 1; layer++)
        {
            if ((at -= Layers[layer].Often) < 0)
                return layer;
        }
        return Layers.Length - 1;
    }

    /// <summary>A number around 1, whose mean is 1.</summary>
    private static double LogNormal(Random random, double sigma)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Exp((sigma * normal) - (sigma * sigma / 2));
    }
}
