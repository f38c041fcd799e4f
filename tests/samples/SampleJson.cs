using System.Text.Json;

namespace Diffah.Samples;

/// <summary>Compact JSON, fields in the order written, characters as they are.</summary>
internal static class SampleJson
{
    public static byte[] Write(Action<Utf8JsonWriter> write, bool indented = false)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            bytes,
            new JsonWriterOptions
            {
                Indented = indented,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            }))
            write(json);
        return bytes.ToArray();
    }

    public static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>A descriptor's fields, in the order that Docker and OCI tools write them.</summary>
    public static void Descriptor(Utf8JsonWriter json, SampleBlob blob)
    {
        json.WriteString("mediaType", blob.MediaType);
        json.WriteNumber("size", blob.Content.Length);
        json.WriteString("digest", blob.Digest);
    }
}
