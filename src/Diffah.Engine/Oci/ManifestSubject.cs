using System.Collections.Immutable;

namespace Diffah.Engine.Oci;

/// <summary>
/// What a manifest that refers to another says of it (OCI image spec, manifest.md and image-index.md, <c>subject</c>).
/// </summary>
/// <param name="Subject">What it refers to.</param>
/// <param name="ArtifactType">What it is; of a manifest that does not say, the media type of its configuration; empty
/// where there is neither.</param>
/// <param name="Annotations">The manifest's own annotations; null where it has none.</param>
internal sealed record ManifestSubject(
    Descriptor Subject, string ArtifactType, ImmutableSortedDictionary<string, string>? Annotations)
{
    /// <summary>Reads it of a manifest or index; null where that refers to nothing.</summary>
    /// <param name="raw">The bytes as stored.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest or InvalidDigest.</exception>
    public static ManifestSubject? Find(RawManifest raw)
    {
        const string what = "manifest";
        var root = OciJson.ParseObject(raw.Bytes, what);
        return OciJson.Has(root, "subject")
            ? new ManifestSubject(OciJson.Descriptor(root.GetProperty("subject"), what), OciJson.ArtifactType(root),
                OciJson.Annotations(root, what))
            : null;
    }

    /// <summary>What a manifest is, whether or not it refers to another.</summary>
    /// <param name="raw">The bytes as stored.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest.</exception>
    public static string ArtifactTypeOf(RawManifest raw) =>
        OciJson.ArtifactType(OciJson.ParseObject(raw.Bytes, "manifest"));
}
