using System.Collections.Immutable;

namespace Diffah.Engine.Oci;

/// <summary>What points at a blob (OCI image spec, descriptor.md).</summary>
/// <param name="MediaType">Media type of the blob.</param>
/// <param name="Digest">Digest of the blob.</param>
/// <param name="Size">Size of the blob in bytes, not negative.</param>
/// <param name="Platform">Platform, in an index; null elsewhere.</param>
/// <param name="Annotations">Annotations; null where there are none.</param>
/// <param name="HasUrls">Whether it says from where else the blob can be had.</param>
internal sealed record Descriptor(
    string MediaType,
    Digest Digest,
    long Size,
    Platform? Platform = null,
    ImmutableSortedDictionary<string, string>? Annotations = null,
    bool HasUrls = false)
{
    /// <summary>
    /// The largest size that is accepted, in bytes (16 TiB). It is far above any real blob, and small enough that sums
    /// of sizes can't overflow.
    /// </summary>
    public const long MaximumSize = 1L << 44;

    /// <summary>The annotation by which an OCI layout names an image (OCI image spec, annotations.md).</summary>
    public const string RefNameAnnotation = "org.opencontainers.image.ref.name";

    private const string ReferenceTypeAnnotation = "vnd.docker.reference.type";
    private const string AttestationType = "attestation-manifest";

    /// <summary>
    /// True for a manifest that says something of an image and is none itself: no platform means it.
    /// </summary>
    public bool IsAttestation => Platform is { IsUnknown: true }
        || Annotations?.GetValueOrDefault(ReferenceTypeAnnotation) == AttestationType;

    /// <summary>The name an OCI layout gives the image; null where it has none.</summary>
    public string? RefName => Annotations?.GetValueOrDefault(RefNameAnnotation);
}
