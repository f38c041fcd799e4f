using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>
/// Makes the line of a message: for people, or a JSON record with the keys of Go's slog (time, level, msg), <c>component</c>, and fields.
/// </summary>
/// <param name="json">Which of the two.</param>
/// <param name="time">The clock of records.</param>
internal sealed class LogFormatter(bool json, TimeProvider time)
{
    private const string OwnComponent = "cli";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line of a message of the command line's own.</summary>
    public string Format(LogLevel level, string message, params (string Key, string Value)[] fields)
    {
        return json ? Record(level, message, OwnComponent, Write) : Text(level, message);

        void Write(Utf8JsonWriter writer)
        {
            foreach (var (key, value) in fields)
                writer.WriteString(key, value);
        }
    }

    /// <summary>The line of an engine's message.</summary>
    public string FormatMessage(LogLevel level, MessageEvent message) =>
        json ? Record(level, message.Message, message.Component, _ => { }) : Text(level, message.Message);

    /// <summary>The line of progress; for people it stands without a level.</summary>
    public string FormatProgress(ProgressEvent progress, ProgressPace pace)
    {
        var text = ProgressText.Line(progress, pace);
        return json ? Record(LogLevel.Info, text, progress.Component, writer => WriteProgress(writer, progress, pace)) : text;
    }

    private static void WriteProgress(Utf8JsonWriter writer, ProgressEvent progress, ProgressPace pace)
    {
        var unit = progress.IsWhole ? "steps" : "bytes";
        writer.WriteString("item", progress.Activity);
        writer.WriteString("phase", progress.Completed ? "finished" : progress.Status);
        writer.WriteNumber($"done_{unit}", progress.Done);
        if (progress.Total is { } total)
            writer.WriteNumber($"total_{unit}", total);
        if (pace.BytesPerSecond is { } rate)
            writer.WriteNumber("bytes_per_second", (long)rate);
        if (pace.Remaining is { } remaining)
            writer.WriteNumber("eta_seconds", (long)Math.Ceiling(remaining.TotalSeconds));
        writer.WriteNumber("elapsed_seconds", Math.Round(pace.Elapsed.TotalSeconds, 3));
    }

    private string Record(LogLevel level, string message, string component, Action<Utf8JsonWriter> writeFields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("level", level.ToString().ToUpperInvariant());
            writer.WriteString("msg", message);
            writer.WriteString("component", component);
            writeFields(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static string Text(LogLevel level, string message) => level switch
    {
        LogLevel.Debug => $"debug: {message}",
        LogLevel.Info => $"info: {message}",
        LogLevel.Warn => $"warning: {message}",
        _ => $"error: {message}",
    };
}
