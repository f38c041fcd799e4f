using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffah.Cli.Json;

/// <summary>The envelope around every result and error: one line, <c>{"schema_version":1,"data":…}</c>.</summary>
internal static class JsonEnvelope
{
    private const int SchemaVersion = 1;

    // What is written never goes into a page of HTML, so that "<1MiB" and file names may stay as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteData(TextWriter output, object data) => Write(output, "data", data);

    public static void WriteError(TextWriter output, ErrorJson error) => Write(output, "error", error);

    private static void Write(TextWriter output, string name, object content)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema_version", SchemaVersion);
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, content, content.GetType(), CliJsonContext.Default);
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
