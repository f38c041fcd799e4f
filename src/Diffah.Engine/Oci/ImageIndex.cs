using System.Collections.Immutable;

namespace Diffah.Engine.Oci;

/// <summary>The parsed view of an OCI index or Docker manifest list.</summary>
internal sealed class ImageIndex
{
    private ImageIndex(RawManifest raw, ImmutableArray<Descriptor> manifests) => (Raw, Manifests) = (raw, manifests);

    /// <summary>The bytes as stored.</summary>
    public RawManifest Raw { get; }

    /// <summary>The listed manifests, in order.</summary>
    public ImmutableArray<Descriptor> Manifests { get; }

    /// <summary>Parses an index.</summary>
    /// <param name="raw">The bytes as stored.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest or InvalidDigest.</exception>
    public static ImageIndex Parse(RawManifest raw)
    {
        const string what = "image index";
        var root = OciJson.ParseObject(raw.Bytes, what);
        return new ImageIndex(
            raw, [.. OciJson.Array(root, "manifests", what).Select(m => OciJson.Descriptor(m, what))]);
    }
}
