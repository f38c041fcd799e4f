using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>A published delta, by what its listing says: its sidecar is not read yet.</summary>
/// <param name="Reference">Where it is, for people.</param>
/// <param name="Digest">Digest of its manifest.</param>
/// <param name="Target">Digest of the manifest of the image that it makes.</param>
/// <param name="Baselines">Digests of the manifests and configurations that it says it is made from.</param>
/// <param name="SidecarBytes">Bytes of its sidecar.</param>
/// <param name="Bytes">Bytes of sidecar and entries.</param>
internal sealed record OfferedDelta(
    string Reference, Digest Digest, Digest Target, ImmutableArray<Digest> Baselines, long SidecarBytes, long Bytes);

/// <summary>A published delta whose sidecar was read.</summary>
/// <param name="Archive">What it says.</param>
/// <param name="Image">Its image.</param>
/// <param name="Config">Digest of the image's configuration.</param>
/// <param name="BlobOf">The blobs of the image's layers, by their contents, as far as the configuration
/// says.</param>
internal sealed record ReadDelta(
    ArchiveManifest Archive, ArchiveImage Image, Digest Config, IReadOnlyDictionary<Digest, Digest> BlobOf);

/// <summary>Where published deltas are found.</summary>
internal interface IDeltaOffers
{
    /// <summary>Lists the deltas that make an image.</summary>
    /// <param name="target">Digest of the image's manifest.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    Task<ImmutableArray<OfferedDelta>> ListAsync(Digest target, CancellationToken cancellationToken);

    /// <summary>
    /// Reads what a delta says; null where it can't be used, which whoever reads it tells.
    /// </summary>
    /// <param name="delta">The delta.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    Task<ReadDelta?> ReadAsync(OfferedDelta delta, CancellationToken cancellationToken);
}
