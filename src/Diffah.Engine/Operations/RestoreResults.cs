using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations;

/// <summary>An image that was rebuilt.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Destination">Where it is now.</param>
/// <param name="ManifestDigest">Digest of its manifest, read back from the destination and found right.</param>
/// <param name="MediaType">Media type of its manifest.</param>
/// <param name="LayerCount">Its layers.</param>
/// <param name="BaselineLayerCount">Of these, taken from the baseline as they are.</param>
/// <param name="PatchedLayerCount">Of these, rebuilt from patches.</param>
/// <param name="FullLayerCount">Of these, taken from the archive whole.</param>
/// <param name="ImageBytes">Bytes of manifest, configuration and distinct layers.</param>
public sealed record RestoredImage(
    string Name, string Destination, string ManifestDigest, string MediaType, int LayerCount,
    int BaselineLayerCount, int PatchedLayerCount, int FullLayerCount, long ImageBytes)
{
    /// <summary>What travelled for it: of an archive's only image the whole file; in a bundle what is stored of its blobs.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>Bytes of <see cref="ImageBytes"/> that did not travel; negative where more travelled than the image has.</summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>What a conversion changed; null where the image is what the archive promised, digest for digest.</summary>
    public ImageConversion? Conversion { get; init; }

    /// <summary>Where it is.</summary>
    public override string ToString() => Destination;

    private Savings Savings => new(ImageBytes, ArchiveBytes);
}

/// <summary>How the restore of one image of a bundle ended. A word, not a number: what people compare, and what JSON, CSV and a job of another process keep.</summary>
public static class RestoreStatus
{
    /// <summary>It is at its destination.</summary>
    public const string Restored = nameof(Restored);

    /// <summary>It could not be restored.</summary>
    public const string Failed = nameof(Failed);

    /// <summary>No baseline or no destination was given for it.</summary>
    public const string Skipped = nameof(Skipped);
}

/// <summary>What became of one image of a bundle.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Status">How it ended: a word of <see cref="RestoreStatus"/>.</param>
/// <param name="Destination">Where it was to go; null where none was given.</param>
/// <param name="Image">The image; null unless it was restored.</param>
/// <param name="Error">What went wrong, and what to do; null where it was restored.</param>
public sealed record RestoreOutcome(string Name, string Status, string? Destination, RestoredImage? Image, DiffahProblem? Error)
{
    /// <summary>Name, and how it ended.</summary>
    public override string ToString() => $"{Name}: {Status}";
}

/// <summary>What became of a bundle.</summary>
/// <param name="Archive">What the archive says of itself as a whole.</param>
/// <param name="Images">What became of each image asked for, in the archive's order.</param>
public sealed record RestoredBundle(DeltaArchiveHead Archive, ImmutableArray<RestoreOutcome> Images)
{
    /// <summary>Size of the images that were restored, as the archive promised them, in bytes, each distinct blob once.</summary>
    public required long ImageBytes { get; init; }

    /// <summary>Bytes of <see cref="ImageBytes"/> that did not travel; negative for an archive that is larger.</summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>The archive's path.</summary>
    public override string ToString() => Archive.Path;

    private Savings Savings => new(ImageBytes, Archive.ArchiveBytes);
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
    /// <summary>The archive's path.</summary>
    public override string ToString() => Archive.Path;
}
