using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Registry.Referrers;

/// <summary>
/// The index that lists what refers to a manifest: the referrers API gives it, and where there is none it is stored
/// under a tag. What it has beside the list stays when an entry is put into it.
/// </summary>
internal sealed class ReferrerIndex
{
    private const string What = "list of referrers";

    private readonly JsonElement? _document;
    private readonly ImmutableArray<(JsonElement Raw, Referrer Parsed)> _entries;

    private ReferrerIndex(JsonElement? document, ImmutableArray<(JsonElement, Referrer)> entries) =>
        (_document, _entries) = (document, entries);

    /// <summary>The index of a manifest to which nothing refers yet.</summary>
    public static ReferrerIndex Empty { get; } = new(null, []);

    /// <summary>What it lists. An entry that does not say what it is has an empty type.</summary>
    public IEnumerable<Referrer> Referrers => _entries.Select(e => e.Parsed);

    /// <summary>Reads an index.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <exception cref="DiffahException">InvalidManifest, InvalidDigest.</exception>
    public static ReferrerIndex Parse(ReadOnlyMemory<byte> bytes)
    {
        var root = OciJson.ParseObject(bytes, What);
        if (OciJson.Has(root, "config") || OciJson.Has(root, "layers"))
            throw OciJson.Invalid($"The {What} is the manifest of an image.");
        return new ReferrerIndex(root, [.. OciJson.Array(root, "manifests", What).Select(e => (e, Read(e)))]);
    }

    /// <summary>True where an entry is there already, as it would be put.</summary>
    public bool Has(Referrer referrer) => _entries.Any(e => Same(e.Parsed, referrer));

    /// <summary>The index with an entry; one of the same digest makes room for it.</summary>
    public RawManifest With(Referrer referrer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, referrer);
        return new RawManifest(buffer.ToArray(), MediaTypes.OciIndex);
    }

    private static Referrer Read(JsonElement entry) => new(
        OciJson.Descriptor(entry, What), OciJson.OptionalString(entry, "artifactType", What) ?? "");

    private static bool Same(Referrer a, Referrer b) => a.Descriptor.Digest == b.Descriptor.Digest
        && a.Descriptor.Size == b.Descriptor.Size && a.ArtifactType == b.ArtifactType
        && Annotations(a).SequenceEqual(Annotations(b));

    private static IEnumerable<KeyValuePair<string, string>> Annotations(Referrer referrer) =>
        (referrer.Descriptor.Annotations ?? ImmutableSortedDictionary<string, string>.Empty)
            .OrderBy(a => a.Key, StringComparer.Ordinal);

    private void Write(Utf8JsonWriter json, Referrer referrer)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciIndex);
        json.WriteStartArray("manifests");
        foreach (var (raw, _) in _entries.Where(e => e.Parsed.Descriptor.Digest != referrer.Descriptor.Digest))
            raw.WriteTo(json);
        WriteEntry(json, referrer);
        json.WriteEndArray();
        if (_document is { } document)
        {
            foreach (var field in document.EnumerateObject()
                .Where(f => f.Name is not ("schemaVersion" or "mediaType" or "manifests")))
                field.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Referrer referrer)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", referrer.Descriptor.MediaType);
        json.WriteString("digest", referrer.Descriptor.Digest.ToString());
        json.WriteNumber("size", referrer.Descriptor.Size);
        if (referrer.ArtifactType.Length > 0)
            json.WriteString("artifactType", referrer.ArtifactType);
        if (referrer.Descriptor.Annotations is { Count: > 0 } annotations)
        {
            json.WriteStartObject("annotations");
            foreach (var (name, value) in annotations)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
