using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>
/// A manifest that names another as its <c>subject</c>: a signature, an SBOM, an attestation, a delta (OCI image spec,
/// manifest.md).
/// </summary>
/// <param name="Descriptor">Points at the manifest; has its annotations.</param>
/// <param name="ArtifactType">What it is; of a manifest that does not say, the media type of its
/// configuration.</param>
internal sealed record Referrer(Descriptor Descriptor, string ArtifactType);

/// <summary>A source that knows what refers to its manifests.</summary>
internal interface IReferrerSource : IImageSource
{
    /// <summary>
    /// Lists what names a manifest as its subject; empty where nothing does. Manifest and blobs of each are to be had
    /// of this source.
    /// </summary>
    /// <param name="subject">Digest of the manifest or index.</param>
    /// <param name="artifactType">Only what is of this type; null is all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">What reading a manifest throws.</exception>
    Task<ImmutableArray<Referrer>> ListReferrersAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken);
}

/// <summary>A destination that can hold what refers to its image.</summary>
internal interface IReferrerDestination : IImageDestination
{
    /// <summary>
    /// Puts a manifest with a <c>subject</c>, after its blobs. It may come before its subject, and is found by it once
    /// both are there.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">What writing a manifest throws.</exception>
    Task PutReferrerAsync(RawManifest manifest, CancellationToken cancellationToken);
}
