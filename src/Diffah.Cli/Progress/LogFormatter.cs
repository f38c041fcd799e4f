using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Cli.Options;

namespace Diffah.Cli.Progress;

/// <summary>Makes the line of a message: for people, or a JSON record with the keys of Go's slog (time, level, msg).</summary>
/// <param name="json">Which of the two.</param>
/// <param name="time">The clock of records.</param>
internal sealed class LogFormatter(bool json, TimeProvider time)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line of a message.</summary>
    public string Format(LogLevel level, string message, params ReadOnlySpan<(string Key, string Value)> fields) =>
        json ? Record(level, message, fields) : $"{TextLevel(level)}: {message}";

    /// <summary>The line of progress; for people it stands without a level.</summary>
    public string FormatProgress(string text) => json ? Record(LogLevel.Info, text, []) : text;

    private string Record(LogLevel level, string message, ReadOnlySpan<(string Key, string Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("level", level.ToString().ToUpperInvariant());
            writer.WriteString("msg", message);
            foreach (var (key, value) in fields)
                writer.WriteString(key, value);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static string TextLevel(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info",
        LogLevel.Warn => "warning",
        _ => "error",
    };
}
