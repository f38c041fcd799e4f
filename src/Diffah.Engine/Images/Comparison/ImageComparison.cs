using System.Collections.Immutable;
using Diffah.Engine.Images.Packages;

namespace Diffah.Engine.Images.Comparison;

/// <summary>How two images compare: the sum of all differences.</summary>
public sealed record ImageComparison
{
    /// <summary>The image that is compared with.</summary>
    public required string ReferenceImage { get; init; }

    /// <summary>The image that is compared.</summary>
    public required string DifferenceImage { get; init; }

    /// <summary>Digest of the first one's manifest or index.</summary>
    public required string ReferenceDigest { get; init; }

    /// <summary>Digest of the other one's manifest or index.</summary>
    public required string DifferenceDigest { get; init; }

    /// <summary>True where no difference was found, but for those that were passed over.</summary>
    public bool IsEqual => DifferenceCount == 0;

    /// <summary>Differences found; 1 where the comparison was to end with the first.</summary>
    public required int DifferenceCount { get; init; }

    /// <summary>Files that both images have and that were compared; those of layers that are the same count
    /// not.</summary>
    public required long ComparedFileCount { get; init; }

    /// <summary>Files that only the difference image has.</summary>
    public required int AddedFileCount { get; init; }

    /// <summary>Files that only the reference image has.</summary>
    public required int RemovedFileCount { get; init; }

    /// <summary>Files that both have and that differ.</summary>
    public required int ChangedFileCount { get; init; }

    /// <summary>Layers that were not read, since both images have the very same.</summary>
    public required int SameLayerCount { get; init; }

    /// <summary>Packages that changed; empty where nobody asked.</summary>
    public ImmutableArray<PackageChange> Packages { get; init; } = [];

    /// <summary>Absolute path of the folder with the files that differ; null where nobody asked.</summary>
    public string? ReportDirectory { get; init; }

    /// <summary>The images.</summary>
    public override string ToString() => $"{ReferenceImage} {(IsEqual ? "=" : "≠")} {DifferenceImage}";
}
