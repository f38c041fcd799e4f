using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>
/// What a registry says of a failure (distribution spec, "error codes"), as far as it is short, well-formed and
/// printable.
/// </summary>
internal static class ErrorBody
{
    private const int MaximumBytes = 16 * 1024;
    private const int MaximumErrors = 3;
    private const int MaximumText = 400;

    /// <summary>Reads codes and messages, at their full length; empty where there are none.</summary>
    public static async Task<string> ReadAsync(HttpContent content, IdleLimit limit)
    {
        try
        {
            limit.Arm();
            return Parse(await ReadStartAsync(content, limit.Token));
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException or InvalidOperationException
            or InvalidDataException
            || limit.IsOver)
        {
            return "";
        }
    }

    /// <summary>What of it can be shown. Secrets are taken out before it is cut: half a secret is one too.</summary>
    public static string Show(string text, IEnumerable<string> secrets)
    {
        var shown = secrets.OrderByDescending(s => s.Length)
            .Aggregate(text, (t, secret) => t.Replace(secret, "***", StringComparison.Ordinal));
        return ShortText.Cut(shown, MaximumText);
    }

    private static string Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(
            "errors", out var errors) || errors.ValueKind != JsonValueKind.Array)
            return "";
        return string.Join("; ", errors.EnumerateArray().Take(MaximumErrors).Select(Describe).Where(d => d.Length > 0));
    }

    private static string Describe(JsonElement error) => error.ValueKind != JsonValueKind.Object
        ? ""
        : string.Join(": ", ((string[])["code", "message"]).Select(name => Text(error, name)).Where(t => t.Length > 0));

    private static string Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Printable.Line(value.GetString()!)
            : "";

    private static async Task<ReadOnlyMemory<byte>> ReadStartAsync(
        HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaximumBytes];
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return bytes.AsMemory(0, read);
    }
}
