using System.Buffers;
using System.Text.Json;

namespace Diffah.Engine.Images.Inventories;

/// <summary>Writes inventories: the same images give the same bytes.</summary>
internal static class InventoryWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, IndentSize = 2, NewLine = "\n" };

    /// <summary>Writes an inventory.</summary>
    /// <param name="inventory">What the site has.</param>
    public static ReadOnlyMemory<byte> Write(Inventory inventory)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteNumber(InventoryReader.VersionField, InventoryReader.Version);
            json.WriteString("created_at", inventory.CreatedAt.UtcDateTime.ToString(
                InventoryReader.TimeForm, System.Globalization.CultureInfo.InvariantCulture));
            json.WriteStartArray("images");
            foreach (var image in inventory.Images)
                Write(json, image);
            json.WriteEndArray();
            if (inventory.Files is { } files)
            {
                json.WriteStartObject("files");
                foreach (var (digest, size) in files)
                    json.WriteNumber(digest.ToString(), size);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        output.Write("\n"u8);
        return output.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, InventoryImage image)
    {
        json.WriteStartObject();
        json.WriteString("name", image.Name);
        if (image.Platform is { } platform)
            json.WriteString("platform", platform);
        json.WriteStartObject("manifest");
        if (image.Manifest.Digest is { } digest)
            json.WriteString("digest", digest.ToString());
        json.WriteString("media_type", image.Manifest.MediaType);
        json.WriteEndObject();
        json.WriteStartObject("config");
        Write(json, image.Config);
        json.WriteEndObject();
        json.WriteStartArray("layers");
        foreach (var layer in image.Layers)
        {
            json.WriteStartObject();
            Write(json, layer.Blob);
            if (layer.DiffId is { } diffId)
                json.WriteString("diff_id", diffId.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, InventoryBlob blob)
    {
        json.WriteString("digest", blob.Digest.ToString());
        json.WriteNumber("size", blob.Size);
        json.WriteString("media_type", blob.MediaType);
    }
}
