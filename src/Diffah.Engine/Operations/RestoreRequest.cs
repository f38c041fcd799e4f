using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>What restoring needs, be it of one image or of a bundle's.</summary>
public abstract record RestoreRequest
{
    /// <summary>Absolute path of the delta archive.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>
    /// Absolute paths of archives that lead from the baseline to what the archive was made from, in their order: a
    /// chain. Images in between are never written.
    /// </summary>
    public ImmutableArray<string> PrecedingArchivePaths { get; init; } = [];

    /// <summary>
    /// Absolute path of a public key that each archive must be signed with, or what a user wrote that is no path (a KMS
    /// URI, which is refused as reserved); null looks at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>
    /// Images beside the baselines, that what these lack may come from; of use from version 2 of the format on. Paths
    /// in them are absolute.
    /// </summary>
    public ImmutableArray<ImageReference> AdditionalBaselines { get; init; } = [];

    /// <summary>
    /// Which image of a baseline index is meant, and of an archive that has the images of an index; null goes by the
    /// archive's platform, and restores an index whole where the destination holds one.
    /// </summary>
    public Platform? Platform { get; init; }

    /// <summary>
    /// Whether an image may be converted where the destination can't hold it as it is; its manifest's digest changes
    /// then.
    /// </summary>
    public bool AllowConvert { get; init; }

    /// <summary>Whether an image that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the folder of the destination.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Layers that are rebuilt and written at the same time, 1 to 1024, as far as the destination takes several; null
    /// is as many as it takes.
    /// </summary>
    public int? Workers { get; init; }

    /// <summary>
    /// Bytes of memory that patches being applied at the same time may be estimated at; 0 is no limit. Default 8 GiB.
    /// </summary>
    public long MemoryBudget { get; init; } = EncodingOptions.DefaultMemoryBudget;

    /// <summary>
    /// Bytes that a layer, or a baseline archive that is compressed as a whole, may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;

    /// <summary>The archives of the chain, in their order; the one archive where there is no other.</summary>
    internal ImmutableArray<string> ArchivePaths => [.. PrecedingArchivePaths, ArchivePath];

    /// <summary>What decompressing may cost.</summary>
    internal DecompressionBounds Decompression => new(MaxLayerSize, MemoryBudget);

    /// <summary>
    /// Absolute paths of further files that the command has read (configuration, lists of images), which no output may
    /// replace.
    /// </summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    internal void Validate()
    {
        ValidateSettings();
        ValidateArchives();
    }

    /// <summary>Refuses values out of range; archives are not looked at.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    internal void ValidateSettings()
    {
        if (Workers is < 1 or > 1024)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"Workers is {Workers}; it must be between 1 and 1024.");
        if (MemoryBudget < 0)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The memory budget is {MemoryBudget} bytes; it must be 0 (no limit) or more.");
        Decompression.Validate();
        foreach (var reference in AdditionalBaselines)
            RequestGuard.AbsolutePath(reference);
    }

    private void ValidateArchives()
    {
        foreach (var path in ArchivePaths)
            RequestGuard.AbsolutePathOrStream(path);
        if (ArchivePaths.Length > ArchiveChain.MaximumArchives)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"{ArchivePaths.Length} archives are given; one "
                + $"restore takes at most {ArchiveChain.MaximumArchives}.",
                "Restore in several steps, or make one delta of the first and the last image.");
        if (ArchivePaths.GroupBy(p => p, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, $"The archive '{twice.Key}' is given more than once.",
                "Give each archive of a chain once.");
    }
}

/// <summary>One image of a restore plan.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="BaselineManifestDigest">Digest of the baseline's manifest.</param>
/// <param name="TargetManifestDigest">Digest of the image's manifest.</param>
/// <param name="BaselineProvided">True where a baseline was given.</param>
/// <param name="WouldImport">True where everything needed is there.</param>
/// <param name="LayerCount">The image's layers.</param>
/// <param name="ArchiveLayerCount">Of these, in the archive (whole or as patches).</param>
/// <param name="PatchLayerCount">Of these, as patches.</param>
/// <param name="BaselineLayerCount">Of these, taken from the baseline as they are.</param>
public sealed record PlannedRestore(
    string Name, string BaselineManifestDigest, string TargetManifestDigest, bool BaselineProvided, bool WouldImport,
    int LayerCount, int ArchiveLayerCount, int PatchLayerCount, int BaselineLayerCount)
{
    /// <summary>Where it would go; null where no destination was given.</summary>
    public string? Destination { get; init; }

    /// <summary>Why it would not be restored; null where it would.</summary>
    public DiffahProblem? Problem { get; init; }

    /// <summary>True where the destination can hold it only converted, which was allowed.</summary>
    public bool WouldConvert { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}

/// <summary>What restoring would do: the answer of a dry run.</summary>
/// <param name="Archive">What the archive says of itself.</param>
/// <param name="Images">The images.</param>
public sealed record RestorePlan(DeltaArchive Archive, ImmutableArray<PlannedRestore> Images)
{
    /// <summary>The archives that lead to it from the baseline, in the order of the chain; none without one.</summary>
    public ImmutableArray<DeltaArchiveHead> PrecedingArchives { get; init; } = [];

    /// <summary>Size of all archives: what travels.</summary>
    public long ArchiveBytes => Archive.ArchiveBytes + PrecedingArchives.Sum(a => a.ArchiveBytes);

    /// <summary>The archive's path.</summary>
    public override string ToString() => Archive.Path;
}
