using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Diffah.Cli.Results;

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

/// <summary>Every shape that <c>-o json</c> writes. Names are an interface: fields are added, never renamed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InspectJson))]
[JsonSerializable(typeof(DiffPlanJson))]
[JsonSerializable(typeof(ApplyPlanJson))]
[JsonSerializable(typeof(ApplyJson))]
[JsonSerializable(typeof(UnbundleJson))]
[JsonSerializable(typeof(VerifyJson))]
[JsonSerializable(typeof(KeygenJson))]
[JsonSerializable(typeof(CopyJson))]
[JsonSerializable(typeof(PullPlanJson))]
[JsonSerializable(typeof(ImageJson))]
[JsonSerializable(typeof(CompareJson))]
[JsonSerializable(typeof(PublishJson))]
[JsonSerializable(typeof(PublishPolicyJson))]
[JsonSerializable(typeof(PublishChoiceJson))]
[JsonSerializable(typeof(FindJson))]
[JsonSerializable(typeof(ReportJson))]
[JsonSerializable(typeof(InventoryJson))]
[JsonSerializable(typeof(DoctorJson))]
[JsonSerializable(typeof(ConfigJson))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ConfigCheckJson))]
[JsonSerializable(typeof(ConfigInitJson))]
[JsonSerializable(typeof(VersionJson))]
[JsonSerializable(typeof(ErrorJson))]
internal sealed partial class CliJsonContext : JsonSerializerContext;

/// <summary>Times as RFC 3339 has them, in UTC, with as many digits as they need.</summary>
internal static class Rfc3339
{
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
