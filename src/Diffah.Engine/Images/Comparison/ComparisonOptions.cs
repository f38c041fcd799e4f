using System.Collections.Immutable;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Classes of differences that a comparison may pass over.</summary>
[Flags]
public enum IgnoredDifferences
{
    /// <summary>Nothing is passed over.</summary>
    None = 0,

    /// <summary>Times of files, and when images and history entries were made.</summary>
    Timestamp = 1,

    /// <summary>The history in configurations.</summary>
    History = 2,

    /// <summary>The order of entries in layers.</summary>
    FileOrder = 4,

    /// <summary>Permissions of files.</summary>
    FileMode = 8,

    /// <summary>Annotations that name the image.</summary>
    ImageName = 16,

    /// <summary>How tars write what they say.</summary>
    TarFormat = 32,

    /// <summary>Extended attributes.</summary>
    Xattr = 64,

    /// <summary>How layers are compressed.</summary>
    Compression = 128,

    /// <summary>How JSON documents are written.</summary>
    JsonFormat = 256,

    /// <summary>
    /// All that two builds of one source differ in though they do the same: times, history, order, names of images, and
    /// how tars, layers and documents are written.
    /// </summary>
    Semantic = Timestamp | History | FileOrder | ImageName | TarFormat | Compression | JsonFormat,
}

/// <summary>How images are compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>What is passed over.</summary>
    public IgnoredDifferences Ignore { get; init; }

    /// <summary>
    /// Paths that are passed over, with globs: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> crosses folders. A
    /// folder's path stands for all that is in it.
    /// </summary>
    public ImmutableArray<string> ExcludePaths { get; init; } = [];

    /// <summary>
    /// Whether the file systems are compared that all layers make, whatever the layers are; else layer by layer.
    /// </summary>
    public bool Squash { get; init; }

    /// <summary>Whether differences of texts are told line by line.</summary>
    public bool IncludeContent { get; init; }

    /// <summary>Whether the comparison ends with the first difference.</summary>
    public bool StopAtFirst { get; init; }
}
