using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>What a reference means in a layout: one entry, or an index of platforms.</summary>
/// <param name="Entry">The entry; null where there are several.</param>
/// <param name="Index">The index: index.json itself, or the entries of it that have the name; null for one
/// entry.</param>
internal sealed record LayoutChoice(Descriptor? Entry, RawManifest? Index);

/// <summary>A layout's index.json: which images it holds, and under which names.</summary>
internal sealed class LayoutIndex
{
    // The default encoder writes the plus sign of the media types as an escape.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RawManifest _raw;
    private readonly ImmutableArray<Descriptor> _entries;
    private readonly ImmutableHashSet<Digest> _referrers;

    /// <param name="raw">The bytes of index.json.</param>
    /// <exception cref="DiffahException">InvalidManifest.</exception>
    public LayoutIndex(RawManifest raw) =>
        (_raw, _entries, _referrers) = (raw, ImageIndex.Parse(raw).Manifests, LayoutReferrers.Listed(raw));

    /// <summary>An index that lists nothing.</summary>
    public static LayoutIndex Empty { get; } = new(new RawManifest(
        """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray(),
        MediaTypes.OciIndex));

    /// <summary>The bytes of index.json.</summary>
    public RawManifest Raw => _raw;

    /// <summary>What is listed, in order.</summary>
    public ImmutableArray<Descriptor> Entries => _entries;

    /// <summary>What a reference means.</summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">ImageNotFound, AmbiguousImage, InvalidImage.</exception>
    public LayoutChoice Choose(ImageReference reference)
    {
        if (_entries.IsEmpty)
            throw new DiffahException(
                DiffahErrors.InvalidImage, $"'{reference.Shown}' holds no image: its index.json lists none.");
        var meant = reference.Name is { } name ? Named(name) : _entries;
        if (meant.IsEmpty)
            throw new DiffahException(DiffahErrors.ImageNotFound,
                $"'{reference.Shown}' has no image named '{reference.Name}'. It has: {Listing}.");
        var images = Images(meant);
        if (images is [var only])
            return new LayoutChoice(only, null);
        return ArePlatformsOfOne(images)
            ? new LayoutChoice(null, meant.Length == _entries.Length ? _raw : Part(meant))
            : throw new DiffahException(DiffahErrors.AmbiguousImage,
                $"{reference} means {meant.Length} images. '{reference.Shown}' has: {Listing}.");
    }

    // An image that has no name is named by its digest, as messages list it.
    private ImmutableArray<Descriptor> Named(string name)
    {
        ImmutableArray<Descriptor> named = [.. _entries.Where(e => e.RefName == name)];
        return named.IsEmpty && Digest.TryParse(name.TrimStart('@'), out var digest)
            ? [.. _entries.Where(e => e.Digest == digest).Take(1)]
            : named;
    }

    /// <summary>
    /// The images of some entries, each once, whatever names it has; attestations and referrers where there is no
    /// image.
    /// </summary>
    private ImmutableArray<Descriptor> Images(ImmutableArray<Descriptor> meant)
    {
        ImmutableArray<Descriptor> images =
            [.. meant.Where(e => !e.IsAttestation && !_referrers.Contains(e.Digest)).DistinctBy(e => e.Digest)];
        return images.IsEmpty ? meant : images;
    }

    /// <summary>True where images have one name or none, and differ in their platforms.</summary>
    private static bool ArePlatformsOfOne(ImmutableArray<Descriptor> images) =>
        images.All(i => i is { Platform: not null, IsAttestation: false })
            && images.DistinctBy(i => i.RefName).Count() == 1
            && images.DistinctBy(i => i.Platform).Count() == images.Length;

    /// <summary>Entries of this index as an index of their own.</summary>
    private RawManifest Part(ImmutableArray<Descriptor> entries)
    {
        const string what = "index.json of the layout";
        var all = OciJson.Array(OciJson.ParseObject(_raw.Bytes, what), "manifests", what);
        return ManifestBytes.OciIndex(_entries.Zip(all).Where(e => entries.Contains(e.First)), null);
    }

    /// <summary>The index with one more image, in the place of any that has its name.</summary>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="reference">The reference it gets.</param>
    /// <param name="overwrite">Whether an image of that name may be replaced.</param>
    /// <exception cref="DiffahException">DestinationExists; InvalidArgument: there is no room for it.</exception>
    public LayoutIndex With(Descriptor manifest, ImageReference reference, bool overwrite)
    {
        RequireRoom(reference, overwrite);
        // What the entries of others say is kept as it is, known to this build or not.
        var root = ParseForChange();
        var entries = root["manifests"] as JsonArray ?? [];
        root["manifests"] =
            new JsonArray(
                [.. entries.Where((_, i) => !IsReplaced(_entries[i], reference)).Select(e => e!.DeepClone()),
                    Entry(manifest, reference.Name)]);
        return Written(root, reference);
    }

    /// <summary>The index with manifests that refer to others, which have no names; those that it has stay.</summary>
    /// <param name="referrers">The manifests.</param>
    /// <param name="reference">The image that they are written with.</param>
    /// <exception cref="DiffahException">InvalidArgument: there is no room for them.</exception>
    public LayoutIndex With(IReadOnlyCollection<RawManifest> referrers, ImageReference reference)
    {
        var added = referrers.Where(r => _entries.All(e => e.Digest != r.Digest)).DistinctBy(r => r.Digest).ToArray();
        if (added.Length == 0)
            return this;
        var root = ParseForChange();
        var entries = root["manifests"] as JsonArray ?? [];
        foreach (var referrer in added)
            entries.Add((JsonNode)LayoutReferrers.Entry(referrer));
        return Written(root, reference);
    }

    private static LayoutIndex Written(JsonObject root, ImageReference reference)
    {
        var written = Write(root);
        if (written.Length > RawManifest.MaximumSize)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{reference.Shown}' has no room for {reference}: its index.json would be larger than "
                    + $"{Human.Size(RawManifest.MaximumSize)}, and could not be read again.",
                "Write the image into another layout.");
        return new LayoutIndex(new RawManifest(written, MediaTypes.OciIndex));
    }

    private const string ContainerdName = "io.containerd.image.name";

    /// <summary>An index of one image under its whole name, as containerd reads it.</summary>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="name">The name, with a tag.</param>
    public static LayoutIndex Of(Descriptor manifest, ImageName name)
    {
        var entry = Entry(manifest, name.Tag);
        entry["annotations"]![ContainerdName] = $"{name.Name}:{name.Tag}";
        var root = Empty.ParseForChange();
        root["manifests"] = new JsonArray([entry]);
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
                $"'{reference.Shown}' holds named images ({Listing}); one without a name could not be told from them.",
                $"Give the new image a name: {reference}:NAME.");
        if (!overwrite && _entries.Any(e => IsReplaced(e, reference)))
            throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.");
    }

    // What refers to an image has no name, and no other image takes its place.
    private bool IsReplaced(Descriptor entry, ImageReference reference) =>
        entry.RefName == reference.Name && !_referrers.Contains(entry.Digest);

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

    private string Listing => ShortText.List(
        [.. _entries.Select(e => e.RefName ?? (e.Platform is { } p ? $"{e.Digest} ({p})" : e.Digest.ToString()))]);

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
