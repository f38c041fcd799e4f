using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Sidecars;

/// <summary>The sidecar of a delta archive, validated (docs/format.md).</summary>
internal sealed record Sidecar(
    string Version,
    string Feature,
    string Tool,
    string ToolVersion,
    DateTimeOffset CreatedAt,
    string Platform,
    ImmutableSortedDictionary<Digest, SidecarBlob> Blobs,
    ImmutableArray<SidecarImage> Images)
{
    /// <summary>The entry's name in the archive; it is always the first.</summary>
    public const string EntryName = ArchiveMarks.DeltaSidecar;

    /// <summary>The largest sidecar that is read, in bytes.</summary>
    public const int MaximumSize = 64 * 1024 * 1024;

    /// <summary>The name of the one image of a delta that is no bundle.</summary>
    public const string SingleImageName = "default";
}

/// <summary>One blob of the archive.</summary>
/// <param name="Size">Size of the target blob, in bytes.</param>
/// <param name="MediaType">Media type of the target blob.</param>
/// <param name="ArchiveSize">Bytes stored.</param>
/// <param name="Codec">Name of the codec; null for a blob stored whole.</param>
/// <param name="PatchFrom">The baseline blob a patch refers to; null for a blob stored whole.</param>
internal sealed record SidecarBlob(long Size, string MediaType, long ArchiveSize, string? Codec = null, Digest? PatchFrom = null)
{
    /// <summary>True for a blob stored whole.</summary>
    public bool IsFull => Codec is null;
}

/// <summary>One image of the archive.</summary>
internal sealed record SidecarImage(string Name, SidecarBaseline Baseline, SidecarTarget Target);

/// <summary>The baseline an image's delta was made from.</summary>
internal sealed record SidecarBaseline(Digest ManifestDigest, string MediaType, string SourceHint);

/// <summary>The image that is rebuilt.</summary>
internal sealed record SidecarTarget(Digest ManifestDigest, long ManifestSize, string MediaType)
{
    /// <summary>The tag it had when the delta was made; null where that is not known. No reader needs it.</summary>
    public string? Tag { get; init; }
}
