using Diffah.Engine.Images.Comparison;

namespace Diffah.Engine.Operations.Story;

/// <summary>What a comparison came to, in a line for people, in both faces.</summary>
public static class ComparisonLine
{
    /// <summary>Of a comparison that went to its end.</summary>
    /// <param name="comparison">The comparison.</param>
    public static string Of(ImageComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var looked = $"{Count(comparison.ComparedFileCount, "file")} compared, "
            + $"{Count(comparison.SameLayerCount, "layer")} the same";
        if (comparison.IsEqual)
            return $"no differences; {looked}";
        (int Count, string What)[] files = [(comparison.ChangedFileCount, "changed"),
            (comparison.AddedFileCount, "added"), (comparison.RemovedFileCount, "removed")];
        var changes = string.Join(
            ", ", files.Where(f => f.Count > 0).Select(f => $"{Count(f.Count, "file")} {f.What}"));
        var head = Count(comparison.DifferenceCount, "difference");
        return changes.Length > 0 ? $"{head}: {changes}; {looked}" : $"{head}; {looked}";
    }

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
