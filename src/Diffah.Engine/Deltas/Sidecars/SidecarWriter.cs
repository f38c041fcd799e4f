using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffah.Engine.Deltas.Sidecars;

/// <summary>Writes a sidecar: UTF-8, two-space indent, fields in the format's order, the same bytes for the same values.</summary>
internal static class SidecarWriter
{
    // A media type's '+' stays readable; the document is never put into HTML.
    private static readonly JsonWriterOptions Options = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Sidecar sidecar)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", sidecar.Version);
            json.WriteString("feature", sidecar.Feature);
            json.WriteString("tool", sidecar.Tool);
            json.WriteString("tool_version", sidecar.ToolVersion);
            json.WriteString("created_at", sidecar.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
            json.WriteString("platform", sidecar.Platform);
            WriteBlobs(json, sidecar);
            WriteImages(json, sidecar);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteBlobs(Utf8JsonWriter json, Sidecar sidecar)
    {
        json.WriteStartObject("blobs");
        foreach (var (digest, blob) in sidecar.Blobs)
        {
            json.WriteStartObject(digest.ToString());
            json.WriteNumber("size", blob.Size);
            json.WriteString("media_type", blob.MediaType);
            json.WriteString("encoding", blob.IsFull ? "full" : "patch");
            if (!blob.IsFull)
            {
                json.WriteString("codec", blob.Codec);
                json.WriteString("patch_from_digest", blob.PatchFrom.ToString());
            }
            json.WriteNumber("archive_size", blob.ArchiveSize);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter json, Sidecar sidecar)
    {
        json.WriteStartArray("images");
        foreach (var image in sidecar.Images)
        {
            json.WriteStartObject();
            json.WriteString("name", image.Name);
            json.WriteStartObject("baseline");
            json.WriteString("manifest_digest", image.Baseline.ManifestDigest.ToString());
            json.WriteString("media_type", image.Baseline.MediaType);
            json.WriteString("source_hint", image.Baseline.SourceHint);
            json.WriteEndObject();
            json.WriteStartObject("target");
            json.WriteString("manifest_digest", image.Target.ManifestDigest.ToString());
            json.WriteNumber("manifest_size", image.Target.ManifestSize);
            json.WriteString("media_type", image.Target.MediaType);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
