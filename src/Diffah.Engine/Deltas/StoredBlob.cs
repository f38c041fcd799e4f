using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>One blob of a delta archive.</summary>
/// <param name="Size">Size of the target blob, in bytes.</param>
/// <param name="MediaType">Media type of the target blob.</param>
/// <param name="ArchiveSize">Bytes stored.</param>
/// <param name="Codec">Name of the codec that rebuilds it; null for a blob that is stored as it is.</param>
/// <param name="PatchFrom">The baseline blob that the codec refers to; null where it refers to none.</param>
internal sealed record StoredBlob(
    long Size, string MediaType, long ArchiveSize, string? Codec = null, Digest? PatchFrom = null)
{
    /// <summary>
    /// The content that it is made of, and how; null for a blob that is stored whole or as a patch of a blob.
    /// </summary>
    public LayerForm? Form { get; init; }

    /// <summary>Why a layer does not travel as its content; null where it does, or where nobody says.</summary>
    public LayerFallback? Fallback { get; init; }

    /// <summary>Bytes that are stored for it alone, be it in the sidecar.</summary>
    public long OwnSize => ArchiveSize + (Form?.Wrapping.Recipe.Length ?? 0);

    /// <summary>How it comes to the other side.</summary>
    public BlobOrigin Origin => Codec is null && Form is null ? BlobOrigin.Full : BlobOrigin.Patch;

    /// <summary>The baseline blobs that rebuilding it takes.</summary>
    public ImmutableArray<Digest> Needs => (PatchFrom ?? Form?.Wrapping.Reference) is { } from ? [from] : [];
}
