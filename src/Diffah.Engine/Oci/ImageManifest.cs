using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>The parsed view of the manifest of one image; its truth is <see cref="Raw"/>.</summary>
internal sealed class ImageManifest
{
    private readonly bool _hasArtifactType;

    private ImageManifest(
        RawManifest raw, Descriptor config, ImmutableArray<Descriptor> layers, bool hasArtifactType) =>
        (Raw, Config, Layers, _hasArtifactType) = (raw, config, layers, hasArtifactType);

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

    /// <summary>
    /// True for what is no image: an artifact or an attestation. Its configuration may be anything, or nothing.
    /// </summary>
    public bool IsArtifact => _hasArtifactType || !MediaTypes.IsConfig(Config.MediaType)
        || (!Layers.IsEmpty && !Layers.Any(
            l => MediaTypes.IsLayer(l.MediaType) || MediaTypes.IsForeignLayer(l.MediaType)));

    /// <summary>Parses a manifest.</summary>
    /// <param name="raw">The bytes as stored.</param>
    /// <exception cref="DiffahException">InvalidManifest or InvalidDigest.</exception>
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
            raw, OciJson.Descriptor(config, what), [.. layers.Select(l => OciJson.Descriptor(l, what))],
            OciJson.Has(root, "artifactType"));
    }

    /// <summary>
    /// The media type of manifest bytes: the one they state, else the one that their fields imply (an OCI manifest may
    /// omit it).
    /// </summary>
    /// <param name="bytes">The bytes as stored.</param>
    /// <param name="declared">The media type that the transport declares; used where the bytes state none; null where
    /// there is none.</param>
    /// <exception cref="DiffahException">InvalidManifest.</exception>
    public static string DetectMediaType(ReadOnlyMemory<byte> bytes, string? declared)
    {
        var root = OciJson.ParseObject(bytes, "manifest");
        var fields = KindOfFields(root);
        var own = OciJson.NullIfEmpty(OciJson.OptionalString(root, "mediaType", "manifest"));
        foreach (var type in (string?[])[own, declared])
            RequireKind(type, fields);
        if (own is not null && !string.IsNullOrEmpty(declared))
            RequireSameKind(own, declared);
        return (own, declared, fields) switch
        {
            ({ } said, _, _) => said,
            (_, { Length: > 0 } said, _) => said,
            (_, _, { } implied) => implied,
            _ => throw OciJson.Invalid(
                "The manifest is neither an image manifest nor "
                    + "an index (a Docker schema 1 manifest is not supported)."),
        };
    }

    /// <summary>The media type that a document's fields imply; null where they imply none.</summary>
    private static string? KindOfFields(JsonElement root)
    {
        var isIndex = OciJson.Has(root, "manifests");
        var isImage = OciJson.Has(root, "config") || OciJson.Has(root, "layers");
        if (isIndex && isImage)
            throw Ambiguous("it has the fields of an image (config, layers) and those of an index (manifests)");
        return isIndex ? MediaTypes.OciIndex : isImage ? MediaTypes.OciManifest : null;
    }

    private static void RequireKind(string? mediaType, string? fields)
    {
        if (mediaType is null || fields is null)
            return;
        var isIndex = MediaTypes.IsIndex(fields);
        if (isIndex ? MediaTypes.IsManifest(mediaType) : MediaTypes.IsIndex(mediaType))
            throw Ambiguous($"it is said to be '{Shown(mediaType)}', and has the fields of "
                + (isIndex ? "an index" : "an image"));
    }

    /// <summary>
    /// Docker's and OCI's types of one kind are taken for each other, as what copies images writes them; a type that
    /// means something else is not.
    /// </summary>
    private static void RequireSameKind(string own, string declared)
    {
        if (IsKnown(own) != IsKnown(declared) || MediaTypes.IsIndex(own) != MediaTypes.IsIndex(declared))
            throw Ambiguous($"it calls itself '{Shown(own)}', and what points at it says '{Shown(declared)}'");
    }

    private static bool IsKnown(string mediaType) => MediaTypes.IsIndex(mediaType) || MediaTypes.IsManifest(mediaType);

    private static string Shown(string mediaType) => ShortText.Cut(mediaType, 100);

    private static DiffahException Ambiguous(string why) => new(DiffahErrors.InvalidManifest,
        $"The manifest can be read in two ways: {why}.",
        "Do not use this image: its bytes mean different images to different tools. Get it from its maker again.");
}
