namespace Diffah.Bench.Scale;

/// <summary>A delta that was made of two real images; docs/scale.md says of which.</summary>
/// <param name="Distance">How many releases lie between them.</param>
/// <param name="Bytes">Bytes of the archive.</param>
/// <param name="ImageBytes">Bytes of the image that it makes, compressed as it is.</param>
/// <param name="ProcessorSeconds">What making it took.</param>
internal sealed record MeasuredDelta(int Distance, long Bytes, long ImageBytes, double ProcessorSeconds);

/// <summary>
/// How deltas of one kind of image grow with distance: <c>share × distance^exponent</c> of the image's bytes, by least
/// squares over the logarithms of what was measured.
/// </summary>
/// <param name="Name">The kind of image.</param>
/// <param name="Measured">What the figures are from.</param>
internal sealed record Family(string Name, MeasuredDelta[] Measured)
{
    /// <summary>The part of an image that the delta between neighbours takes, and how it grows.</summary>
    public (double Share, double Exponent) Growth()
    {
        var (slope, start) = Fit.Line(Measured.Select(m =>
            (Math.Log(m.Distance), Math.Log(m.Bytes / (double)m.ImageBytes))));
        return (Math.Exp(start), slope);
    }
}

/// <summary>Least squares.</summary>
internal static class Fit
{
    /// <summary>The line through points that is nearest to them.</summary>
    public static (double Slope, double Start) Line(IEnumerable<(double X, double Y)> points)
    {
        var all = points.ToList();
        var (x, y) = (all.Average(p => p.X), all.Average(p => p.Y));
        var slope = all.Sum(p => (p.X - x) * (p.Y - y)) / all.Sum(p => (p.X - x) * (p.X - x));
        return (slope, y - (slope * x));
    }
}
