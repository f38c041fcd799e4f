using System.Collections.Immutable;

namespace Diffah.Engine.Oci;

/// <summary>The parsed view of the manifest of one image; its truth is <see cref="Raw"/>.</summary>
internal sealed class ImageManifest
{
    private ImageManifest(RawManifest raw, Descriptor config, ImmutableArray<Descriptor> layers) =>
        (Raw, Config, Layers) = (raw, config, layers);

    /// <summary>The bytes as stored.</summary>
    public RawManifest Raw { get; }

    /// <summary>Digest of the bytes as stored.</summary>
    public Digest Digest => Raw.Digest;

    /// <summary>OCI or Docker schema 2.</summary>
    public string MediaType => Raw.MediaType;

    /// <summary>The configuration's descriptor.</summary>
    public Descriptor Config { get; }

    /// <summary>The layers' descriptors, base first.</summary>
    public ImmutableArray<Descriptor> Layers { get; }

    /// <summary>Parses a manifest.</summary>
    /// <param name="raw">The bytes as stored.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest or InvalidDigest.</exception>
    public static ImageManifest Parse(RawManifest raw)
    {
        const string what = "image manifest";
        var root = OciJson.ParseObject(raw.Bytes, what);
        if (!MediaTypes.IsManifest(raw.MediaType))
            throw OciJson.Invalid(
                $"'{raw.MediaType}' is not the media type of an image manifest this "
                    + "build reads (OCI or Docker schema 2).");
        if (!root.TryGetProperty("config", out var config))
            throw OciJson.Invalid($"The {what} has no config.");
        var layers = OciJson.Array(root, "layers", what);
        return new ImageManifest(
            raw, OciJson.Descriptor(config, what), [.. layers.Select(l => OciJson.Descriptor(l, what))]);
    }

    /// <summary>
    /// The media type of manifest bytes: the one they state, else the one that their fields imply (an OCI manifest may
    /// omit it).
    /// </summary>
    /// <param name="bytes">The bytes as stored.</param>
    /// <param name="declared">The media type that the transport declares; used where the bytes state none; null where
    /// there is none.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest.</exception>
    public static string DetectMediaType(ReadOnlyMemory<byte> bytes, string? declared)
    {
        var root = OciJson.ParseObject(bytes, "manifest");
        if (OciJson.NullIfEmpty(OciJson.OptionalString(root, "mediaType", "manifest")) is { } own)
            return own;
        if (!string.IsNullOrEmpty(declared))
            return declared;
        if (root.TryGetProperty("manifests", out var manifests)
            && manifests.ValueKind == System.Text.Json.JsonValueKind.Array)
            return MediaTypes.OciIndex;
        return root.TryGetProperty("config", out _)
            ? MediaTypes.OciManifest
            : throw OciJson.Invalid(
                "The manifest is neither an image manifest nor "
                    + "an index (a Docker schema 1 manifest is not supported).");
    }
}
