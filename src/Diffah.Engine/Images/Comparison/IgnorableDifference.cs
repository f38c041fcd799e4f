using System.Collections.Immutable;

namespace Diffah.Engine.Images.Comparison;

/// <summary>A class of differences that a comparison may pass over, for those who choose one.</summary>
/// <param name="Value">The class.</param>
/// <param name="Meaning">What belongs to it, in a line.</param>
public sealed record IgnorableDifference(IgnoredDifferences Value, string Meaning)
{
    /// <summary>All of them, each alone.</summary>
    public static ImmutableArray<IgnorableDifference> All { get; } =
    [
        new(IgnoredDifferences.Timestamp, "times of files, and when images and history entries were made"),
        new(IgnoredDifferences.History, "the history in configurations"),
        new(IgnoredDifferences.FileOrder, "the order of entries in layers"),
        new(IgnoredDifferences.FileMode, "permissions of files"),
        new(IgnoredDifferences.ImageName, "annotations that name the image"),
        new(IgnoredDifferences.TarFormat, "how tars write what they say"),
        new(IgnoredDifferences.Xattr, "extended attributes"),
        new(IgnoredDifferences.Compression, "how layers are compressed"),
        new(IgnoredDifferences.JsonFormat, "how JSON documents are written"),
    ];
}
