using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>A layout's index.json: which images it holds, and under which names.</summary>
internal sealed class LayoutIndex
{
    // The default encoder writes the plus sign of the media types as an escape.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RawManifest _raw;
    private readonly ImmutableArray<Descriptor> _entries;

    /// <param name="raw">The bytes of index.json.</param>
    /// <exception cref="DiffahException">InvalidManifest.</exception>
    public LayoutIndex(RawManifest raw) => (_raw, _entries) = (raw, ImageIndex.Parse(raw).Manifests);

    /// <summary>An index that lists nothing.</summary>
    public static LayoutIndex Empty { get; } = new(new RawManifest(
        """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray(),
        MediaTypes.OciIndex));

    /// <summary>The bytes of index.json.</summary>
    public RawManifest Raw => _raw;

    /// <summary>What is listed, in order.</summary>
    public ImmutableArray<Descriptor> Entries => _entries;

    /// <summary>
    /// The entry a reference means; null where it means index.json itself, whose entries are one image's platforms.
    /// </summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">ImageNotFound, AmbiguousImage, InvalidImage.</exception>
    public Descriptor? Choose(ImageReference reference)
    {
        if (_entries.IsEmpty)
            throw new DiffahException(
                DiffahErrors.InvalidImage, $"'{reference.Path}' holds no image: its index.json lists none.");
        var candidates = reference.Name is { } name ? [.. _entries.Where(e => e.RefName == name)] : _entries;
        return candidates switch
        {
            [var only] => only,
            [] => throw new DiffahException(DiffahErrors.ImageNotFound,
                $"'{reference.Path}' has no image named '{reference.Name}'. It has: {Listing}."),
            _ when reference.Name is null && _entries.All(e => e is { Platform: not null, RefName: null }) => null,
            _ => throw new DiffahException(DiffahErrors.AmbiguousImage,
                $"{reference} means {candidates.Length} images. '{reference.Path}' has: {Listing}."),
        };
    }

    /// <summary>The index with one more image, in the place of any that has its name.</summary>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="reference">The reference it gets.</param>
    /// <param name="overwrite">Whether an image of that name may be replaced.</param>
    /// <exception cref="DiffahException">DestinationExists.</exception>
    public LayoutIndex With(Descriptor manifest, ImageReference reference, bool overwrite)
    {
        RequireRoom(reference, overwrite);
        // What the entries of others say is kept as it is, known to this build or not.
        var root = ParseForChange();
        var entries = root["manifests"] as JsonArray ?? [];
        root["manifests"] =
            new JsonArray(
                [.. entries.Where((_, i) => _entries[i].RefName != reference.Name).Select(e => e!.DeepClone()),
                    Entry(manifest, reference.Name)]);
        return new LayoutIndex(new RawManifest(Write(root), MediaTypes.OciIndex));
    }

    /// <summary>
    /// Refuses a reference that an image has already, or by which the new image could not be found again.
    /// </summary>
    /// <param name="reference">The reference of the new image.</param>
    /// <param name="overwrite">Whether an image of that name may be replaced.</param>
    /// <exception cref="DiffahException">DestinationExists.</exception>
    public void RequireRoom(ImageReference reference, bool overwrite)
    {
        if (reference.Name is null && _entries.Any(e => e.RefName is not null))
            throw new DiffahException(DiffahErrors.DestinationExists,
                $"'{reference.Path}' holds named images ({Listing}); one without a name could not be told from them.",
                $"Give the new image a name: {reference}:NAME.");
        if (!overwrite && _entries.Any(e => e.RefName == reference.Name))
            throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.");
    }

    private static byte[] Write(JsonObject root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
            root.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private JsonObject ParseForChange()
    {
        try
        {
            return JsonNode.Parse(_raw.Bytes.Span,
                documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
        }
        catch (JsonException e)
        {
            throw OciJson.Invalid($"The index.json of the layout can't be added to: {e.Message}", e);
        }
    }

    private string Listing => string.Join(", ",
        _entries.Take(50).Select(e => e.RefName ?? (e.Platform is { } p ? $"{e.Digest} ({p})" : e.Digest.ToString())));

    private static JsonObject Entry(Descriptor manifest, string? name)
    {
        var entry = new JsonObject
        {
            ["mediaType"] = manifest.MediaType,
            ["digest"] = manifest.Digest.ToString(),
            ["size"] = manifest.Size
        };
        if (name is not null)
            entry["annotations"] = new JsonObject { [Descriptor.RefNameAnnotation] = name };
        return entry;
    }
}
