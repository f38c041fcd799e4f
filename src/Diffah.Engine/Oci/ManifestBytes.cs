using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffah.Engine.Oci;

/// <summary>
/// Writes manifests where an image has none of the kind: compact JSON, the same bytes for the same image everywhere.
/// </summary>
internal static class ManifestBytes
{
    /// <summary>
    /// A Docker manifest, byte for byte the one that containers/image makes up for an image of a Docker archive.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="layers">The layers, base first.</param>
    public static RawManifest Docker(Descriptor config, IEnumerable<Descriptor> layers) => new(
        Write(json => WriteManifest(json, MediaTypes.DockerManifest, config, layers, WriteDocker)),
        MediaTypes.DockerManifest);

    /// <summary>An OCI manifest (OCI image spec, manifest.md).</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="layers">The layers, base first.</param>
    /// <param name="annotations">The image's annotations, as JSON; null where it has none.</param>
    public static RawManifest Oci(Descriptor config, IEnumerable<Descriptor> layers, JsonElement? annotations) => new(
        Write(json =>
        {
            WriteManifest(json, MediaTypes.OciManifest, config, layers, WriteOci);
            WriteAnnotations(json, annotations);
        }), MediaTypes.OciManifest);

    /// <summary>The manifest of an artifact (OCI image spec, manifest.md, "Guidelines for Artifact Usage").</summary>
    /// <param name="artifactType">What it is.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="layers">Its blobs.</param>
    /// <param name="subject">What it refers to.</param>
    /// <param name="annotations">The manifest's own annotations.</param>
    public static RawManifest Artifact(
        string artifactType, Descriptor config, IEnumerable<Descriptor> layers, Descriptor subject,
        IReadOnlyDictionary<string, string> annotations) => new(Write(json =>
        {
            WriteHead(json, MediaTypes.OciManifest);
            json.WriteString("artifactType", artifactType);
            json.WritePropertyName("config");
            WriteOci(json, config);
            json.WriteStartArray("layers");
            foreach (var layer in layers)
                WriteNamed(json, layer);
            json.WriteEndArray();
            json.WritePropertyName("subject");
            WriteOci(json, subject);
            WriteAnnotations(json, annotations);
        }), MediaTypes.OciManifest);

    /// <summary>An OCI index (OCI image spec, image-index.md).</summary>
    /// <param name="manifests">The manifests, each with the entry it had before. The entry's other fields stay.</param>
    /// <param name="annotations">The index's annotations, as JSON; null where it has none.</param>
    public static RawManifest OciIndex(
        IEnumerable<(Descriptor Listed, JsonElement Before)> manifests, JsonElement? annotations) => new(
        Write(json =>
        {
            WriteHead(json, MediaTypes.OciIndex);
            json.WriteStartArray("manifests");
            foreach (var (listed, before) in manifests)
                WriteListed(json, listed, before);
            json.WriteEndArray();
            WriteAnnotations(json, annotations);
        }), MediaTypes.OciIndex);

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        // The default encoder writes the plus sign of the media type as an escape.
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteHead(Utf8JsonWriter json, string mediaType)
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", mediaType);
    }

    private static void WriteManifest(
        Utf8JsonWriter json, string mediaType, Descriptor config, IEnumerable<Descriptor> layers,
        Action<Utf8JsonWriter, Descriptor> write)
    {
        WriteHead(json, mediaType);
        json.WritePropertyName("config");
        write(json, config);
        json.WriteStartArray("layers");
        foreach (var layer in layers)
            write(json, layer);
        json.WriteEndArray();
    }

    private static void WriteDocker(Utf8JsonWriter json, Descriptor blob)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", blob.MediaType);
        json.WriteNumber("size", blob.Size);
        json.WriteString("digest", blob.Digest.ToString());
        json.WriteEndObject();
    }

    private static void WriteOci(Utf8JsonWriter json, Descriptor blob)
    {
        json.WriteStartObject();
        WriteOciFields(json, blob);
        json.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter json, Descriptor blob)
    {
        json.WriteStartObject();
        WriteOciFields(json, blob);
        WriteAnnotations(json, blob.Annotations);
        json.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? annotations)
    {
        if (annotations is not { Count: > 0 })
            return;
        json.WriteStartObject("annotations");
        foreach (var (name, value) in annotations.OrderBy(a => a.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteOciFields(Utf8JsonWriter json, Descriptor blob)
    {
        json.WriteString("mediaType", blob.MediaType);
        json.WriteString("digest", blob.Digest.ToString());
        json.WriteNumber("size", blob.Size);
    }

    private static void WriteListed(Utf8JsonWriter json, Descriptor listed, JsonElement before)
    {
        json.WriteStartObject();
        WriteOciFields(json, listed);
        foreach (var property in before.EnumerateObject().Where(p => p.Name is not ("mediaType" or "digest" or "size")))
            property.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, JsonElement? annotations)
    {
        if (annotations is not { ValueKind: JsonValueKind.Object } given)
            return;
        json.WritePropertyName("annotations");
        given.WriteTo(json);
    }
}
