using System.Collections.Immutable;
using Diffah.Engine.Images.Comparison;

namespace Diffah.Engine.Reports;

/// <summary>A file with all that differs of it.</summary>
/// <param name="Path">Its path.</param>
/// <param name="What">Whether it was added, removed or changed.</param>
/// <param name="ReferenceSize">Bytes that it had; null where it was not, or is no file.</param>
/// <param name="DifferenceSize">Bytes that it has; null where it is gone, or is no file.</param>
/// <param name="Properties">What differs of a file that was changed.</param>
internal sealed record ChangedFile(
    string Path, string What, long? ReferenceSize, long? DifferenceSize, ImmutableArray<string> Properties)
{
    /// <summary>It is in both images, and differs.</summary>
    public const string Changed = "changed";

    private const string Added = "added";
    private const string Removed = "removed";

    /// <summary>How much it matters: its bytes where these changed, else nothing.</summary>
    public long Weight => What != Changed || Properties.Contains(DifferenceProperty.Content)
        ? Math.Max(ReferenceSize ?? 0, DifferenceSize ?? 0)
        : 0;

    /// <summary>The files that differ, each once, in the order in which they were found.</summary>
    /// <param name="differences">What was found.</param>
    public static ImmutableArray<ChangedFile> Of(IEnumerable<ImageDifference> differences) =>
    [
        .. differences.Where(d => d is { Kind: DifferenceKind.File, Path: not null })
            .GroupBy(d => (d.Path, d.Layer, d.Platform)).Select(g => Of(g.Key.Path!, [.. g])),
    ];

    private static ChangedFile Of(string path, ImageDifference[] differences)
    {
        var presence = differences.FirstOrDefault(d => d.Property == DifferenceProperty.Presence);
        var what = presence switch
        {
            null => Changed,
            { Reference: null } => Added,
            _ => Removed,
        };
        return new ChangedFile(path, what, differences.Max(d => d.ReferenceSize),
            differences.Max(d => d.DifferenceSize), [.. differences.Select(d => d.Property).Distinct()]);
    }
}
