using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>What a delta archive says of itself as a whole. Sizes are bytes, ratios are fractions of one.</summary>
public record DeltaArchiveHead
{
    /// <summary>Absolute path of the archive.</summary>
    public required string Path { get; init; }

    /// <summary>Format version, <c>v1</c> or <c>v2</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Format feature, <c>bundle</c>.</summary>
    public required string Feature { get; init; }

    /// <summary>Name of the tool that wrote it.</summary>
    public required string Tool { get; init; }

    /// <summary>Version of the tool that wrote it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The inventory of a site that it was made for; null where it was made for none.</summary>
    public DeltaArchiveSince? Since { get; init; }

    /// <summary>Platform, <c>os/arch[/variant]</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>Size of the archive file: what travels.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>Size of the target images' blobs that travel, if every one were shipped whole.</summary>
    public required long TargetBytes { get; init; }

    /// <summary>Blobs in the archive.</summary>
    public int BlobCount => FullCount + PatchCount;

    /// <summary>Blobs shipped whole.</summary>
    public required int FullCount { get; init; }

    /// <summary>Blobs shipped as patches.</summary>
    public required int PatchCount { get; init; }

    /// <summary>Bytes stored of blobs shipped whole.</summary>
    public required long FullBytes { get; init; }

    /// <summary>Bytes stored of patches.</summary>
    public required long PatchBytes { get; init; }

    /// <summary>Bytes that say what patches spend on files.</summary>
    public long AccountBytes { get; init; }

    /// <summary>Bytes stored of all blobs: the archive without its container and its compression as a whole.</summary>
    public long StoredBytes => FullBytes + PatchBytes;

    /// <summary>What patches spare over shipping the same layers whole.</summary>
    public required long PatchSparedBytes { get; init; }

    /// <summary>
    /// <see cref="PatchSparedBytes"/> as a fraction of the patched layers, whole; 0 where nothing is patched.
    /// </summary>
    public double PatchSparedRatio => new Savings(PatchBytes + PatchSparedBytes, PatchBytes).SparedRatio;

    /// <summary>How it is compressed as a whole: a word of <see cref="ArchiveCompression"/>.</summary>
    public string Compression { get; init; } = nameof(ArchiveCompression.None);

    /// <summary>True where restoring needs zstd: for patches, or to read the archive at all.</summary>
    public bool RequiresZstd => PatchCount > 0 || Compression == nameof(ArchiveCompression.Zstd);

    /// <summary>Always true: zstd is built in. For scripts that ask.</summary>
    public bool ZstdAvailable { get; } = true;

    /// <summary>
    /// True where a signature (the archive's path with <c>.sig</c>) lies beside it. It was not verified.
    /// </summary>
    public bool IsSigned { get; init; }

    /// <summary>Its path.</summary>
    public override string ToString() => Path;
}

/// <summary>The inventory of a site that an archive was made for.</summary>
/// <param name="Inventory">SHA-256 of the inventory's file.</param>
/// <param name="CreatedAt">When the site made it, in UTC.</param>
public sealed record DeltaArchiveSince(string Inventory, DateTimeOffset CreatedAt)
{
    /// <summary>The time, and the digest in short.</summary>
    public override string ToString() =>
        $"{CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'} ({ShortText.DigestAndAlgorithm(Inventory)})";
}
