namespace Diffah.Engine.Images.Comparison;

/// <summary>A difference that was found, and the classes that it belongs to.</summary>
/// <param name="Found">The difference.</param>
/// <param name="Classes">Who passes over any of them passes over the difference; None is never passed over.</param>
internal sealed record ClassedDifference(FoundDifference Found, IgnoredDifferences Classes)
{
    /// <summary>A difference that is in no file.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="classes">Its classes.</param>
    public static ClassedDifference Of(
        ImageDifference difference, IgnoredDifferences classes = IgnoredDifferences.None) =>
        new(new FoundDifference(difference, null, null), classes);
}
