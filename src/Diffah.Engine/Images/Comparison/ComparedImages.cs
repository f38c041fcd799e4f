using Diffah.Engine.Layers;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Counts what a comparison finds. Those of several platforms add up.</summary>
internal sealed record ComparisonCounts
{
    /// <summary>Differences.</summary>
    public int Differences { get; init; }

    /// <summary>Files that both have and that were compared.</summary>
    public long ComparedFiles { get; init; }

    /// <summary>Files that only the difference image has.</summary>
    public int AddedFiles { get; init; }

    /// <summary>Files that only the reference image has.</summary>
    public int RemovedFiles { get; init; }

    /// <summary>Files that both have and that differ.</summary>
    public int ChangedFiles { get; init; }

    /// <summary>Layers that were not read, since both images have the very same.</summary>
    public int SameLayers { get; init; }
}

/// <summary>Two images of one platform, and the layers of both.</summary>
/// <param name="Reference">The image that is compared with.</param>
/// <param name="Difference">The image that is compared.</param>
/// <param name="ReferenceTars">Reads the first one's layers.</param>
/// <param name="DifferenceTars">Reads the other one's layers.</param>
internal sealed record ComparedImages(
    Image Reference, Image Difference, LayerTars ReferenceTars, LayerTars DifferenceTars);

/// <summary>Where a file lies: its first header in the plain tar of a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="HeaderOffset">Where the file's first header begins, in bytes from the start of the tar.</param>
internal sealed record FilePlace(Layer Layer, long HeaderOffset);

/// <summary>
/// A difference, and where the file lies on both sides; of a hard link, where the file lies that has the content.
/// </summary>
/// <param name="Difference">The difference.</param>
/// <param name="Reference">The file in the reference image; null where there is none.</param>
/// <param name="Other">The file in the other image; null where there is none.</param>
internal sealed record FoundDifference(ImageDifference Difference, FilePlace? Reference, FilePlace? Other);
