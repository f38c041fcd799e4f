namespace Diffah.Bench.Scale;

/// <summary>A delta that was made of two real images; docs/scale.md says of which.</summary>
/// <param name="Distance">How many releases lie between them.</param>
/// <param name="Bytes">Bytes of the archive.</param>
/// <param name="ImageBytes">Bytes of the image that it makes, compressed as it is.</param>
/// <param name="ProcessorSeconds">What making it took.</param>
internal sealed record MeasuredDelta(int Distance, long Bytes, long ImageBytes, double ProcessorSeconds);

/// <summary>A delta, and two that lead the same way: both over the same releases, whatever these changed.</summary>
/// <param name="Whole">Bytes of the one.</param>
/// <param name="First">Bytes of the first of the two.</param>
/// <param name="Second">Bytes of the second.</param>
internal sealed record MeasuredSpan(long Whole, long First, long Second)
{
    private const double Smallest = 1;
    private const double Largest = 20;

    /// <summary>
    /// How deltas grow with distance, if they grow as a power of it: the power under whose root the two add up to the
    /// one.
    /// </summary>
    public double Exponent()
    {
        var (low, high) = (Smallest, Largest);
        while (high - low > 1e-6)
        {
            var root = (low + high) / 2;
            if (Math.Pow((double)First / Whole, root) + Math.Pow((double)Second / Whole, root) > 1)
                low = root;
            else
                high = root;
        }
        return 1 / low;
    }
}

/// <summary>
/// How deltas of one kind of image grow with distance: <c>share × distance^exponent</c> of the image's bytes. The
/// exponent is that of spans, which releases that change much and releases that change little do not bend; where there
/// are none, both are by least squares over the logarithms of all deltas.
/// </summary>
/// <param name="Name">The kind of image.</param>
/// <param name="Measured">What the figures are from.</param>
/// <param name="Spans">Those of them that lead the same way as two others.</param>
internal sealed record Family(string Name, MeasuredDelta[] Measured, MeasuredSpan[] Spans)
{
    /// <summary>The part of an image that the delta between neighbours takes, and how it grows.</summary>
    public (double Share, double Exponent) Growth()
    {
        var exponent = Spans.Length > 0
            ? Spans.Average(s => s.Exponent())
            : Fit.Line(Measured.Select(m => (Math.Log(m.Distance), LogShare(m)))).Slope;
        return (Math.Exp(Measured.Average(m => LogShare(m) - (exponent * Math.Log(m.Distance)))), exponent);
    }

    private static double LogShare(MeasuredDelta measured) =>
        Math.Log(measured.Bytes / (double)measured.ImageBytes);
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
