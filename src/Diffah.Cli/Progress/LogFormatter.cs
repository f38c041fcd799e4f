using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>
/// Makes the line of a message: for people, or a JSON record with the keys of Go's slog (time, level, msg),
/// <c>component</c>, and fields.
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
        return json
            ? Record(LogLevel.Info, text, progress.Component, writer => WriteProgress(writer, progress, pace))
            : text;
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
            writer.WriteString(
                "time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
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

/// <summary>Progress in words.</summary>
internal static class ProgressText
{
    // Shorter work needs no clock beside it.
    private static readonly TimeSpan ShownElapsed = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How much of how much: 3/12 steps of the whole, 1.0 MiB/2.5 MiB of a part; empty where nobody knows.
    /// </summary>
    public static string Amount(ProgressEvent progress) => progress switch
    {
        { Total: null } => "",
        { IsWhole: true } => $"{progress.Done}/{progress.Total}",
        _ => $"{Human.Size(progress.Done)}/{Human.Size(progress.Total.Value)}",
    };

    /// <summary>Bytes a second: 12.3 MiB/s; empty where nobody knows.</summary>
    public static string Rate(ProgressPace pace) => pace.BytesPerSecond is { } rate ? Human.Rate(rate) : "";

    /// <summary>
    /// What it still takes: 1m 20s left. Where nobody can tell, how long it has taken so far: 42s; nothing in the first
    /// seconds.
    /// </summary>
    public static string Clock(ProgressPace pace) => pace switch
    {
        { Remaining: { } remaining } => $"{Human.ShortTime(remaining)} left",
        _ => pace.Elapsed >= ShownElapsed ? Human.ShortTime(pace.Elapsed) : "",
    };

    /// <summary>Activity, status, amount, rate and time in one line, as far as there are any.</summary>
    public static string Line(ProgressEvent progress, ProgressPace pace)
    {
        var status = progress.Completed ? "finished" : progress.Status.Length > 0 ? progress.Status : "started";
        var facts = progress.Completed ? Rate(pace) : Join(", ", Amount(progress), Rate(pace), Clock(pace));
        return facts.Length > 0 ? $"{progress.Activity}: {status} ({facts})" : $"{progress.Activity}: {status}";
    }

    /// <summary>The same beside a bar.</summary>
    public static string Label(ProgressEvent progress, ProgressPace pace) =>
        Join(" ", progress.Activity, progress.Status, Amount(progress), Rate(pace), Clock(pace));

    /// <summary>The part done, 0 to 1; null where nobody knows.</summary>
    public static double? Fraction(ProgressEvent progress) =>
        progress.Total is > 0 ? Math.Clamp((double)progress.Done / progress.Total.Value, 0, 1) : null;

    private static string Join(string separator, params string[] parts) =>
        string.Join(separator, parts.Where(p => p.Length > 0));
}
