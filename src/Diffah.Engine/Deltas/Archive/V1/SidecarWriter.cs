using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>
/// Writes a sidecar: UTF-8, two-space indent, fields in the format's order, the same bytes for the same values.
/// </summary>
internal class SidecarWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, IndentSize = 2, NewLine = "\n" };

    public byte[] Write(ArchiveManifest sidecar)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteText(json, "version", sidecar.Version);
            WriteText(json, "feature", sidecar.Feature);
            WriteText(json, "tool", sidecar.Tool);
            WriteText(json, "tool_version", sidecar.ToolVersion);
            WriteText(json, "created_at",
                sidecar.CreatedAt.UtcDateTime.ToString(
                    "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
            WriteText(json, "platform", sidecar.Platform);
            WriteBlobs(json, sidecar);
            WriteMore(json, sidecar);
            WriteImages(json, sidecar);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes what the version has between blobs and images.</summary>
    protected virtual void WriteMore(Utf8JsonWriter json, ArchiveManifest sidecar)
    {
    }

    /// <summary>Writes how a blob is stored.</summary>
    protected virtual void WriteEncoding(Utf8JsonWriter json, StoredBlob blob)
    {
        WriteText(json, "encoding", blob.Origin == BlobOrigin.Full ? "full" : "patch");
        if (blob.Origin == BlobOrigin.Patch)
        {
            WriteText(json, "codec", blob.Codec!);
            WriteText(json, "patch_from_digest", blob.PatchFrom.ToString()!);
        }
        json.WriteNumber("archive_size", blob.ArchiveSize);
    }

    private void WriteBlobs(Utf8JsonWriter json, ArchiveManifest sidecar)
    {
        json.WriteStartObject("blobs");
        foreach (var (digest, blob) in sidecar.Blobs)
        {
            json.WriteStartObject(digest.ToString());
            json.WriteNumber("size", blob.Size);
            WriteText(json, "media_type", blob.MediaType);
            WriteEncoding(json, blob);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Writes what the version says more of a baseline.</summary>
    protected virtual void WriteBaseline(Utf8JsonWriter json, ArchiveBaseline baseline)
    {
    }

    /// <summary>Writes what the version says more of an image.</summary>
    protected virtual void WriteMore(Utf8JsonWriter json, ArchiveImage image)
    {
    }

    /// <summary>Writes the fields of a baseline.</summary>
    protected void WriteFields(Utf8JsonWriter json, ArchiveBaseline baseline)
    {
        WriteText(json, "manifest_digest", baseline.ManifestDigest.ToString());
        WriteText(json, "media_type", baseline.MediaType);
        WriteText(json, "source_hint", baseline.SourceHint);
        WriteBaseline(json, baseline);
    }

    private void WriteImages(Utf8JsonWriter json, ArchiveManifest sidecar)
    {
        json.WriteStartArray("images");
        foreach (var image in sidecar.Images)
        {
            json.WriteStartObject();
            WriteText(json, "name", image.Name);
            json.WriteStartObject("baseline");
            WriteFields(json, image.Baseline);
            json.WriteEndObject();
            json.WriteStartObject("target");
            WriteText(json, "manifest_digest", image.Target.ManifestDigest.ToString());
            json.WriteNumber("manifest_size", image.Target.ManifestSize);
            WriteText(json, "media_type", image.Target.MediaType);
            if (image.Target.Tag is { } tag)
                WriteText(json, "tag", tag);
            json.WriteEndObject();
            WriteMore(json, image);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>
    /// Texts have one form, whatever is in them: a signed sidecar is refused where one byte of it could have been
    /// another.
    /// </summary>
    protected static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(JsonText.Quote(text), skipInputValidation: true);
    }
}
