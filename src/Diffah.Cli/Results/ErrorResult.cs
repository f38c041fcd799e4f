using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Progress;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Results;

/// <summary>The error of an envelope.</summary>
/// <param name="Category">user, environment, content or internal.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="NextAction">What to do next.</param>
internal sealed record ErrorJson(string Category, string Message, string NextAction)
{
    /// <summary>The numbers of an archive that is larger than it may be; left out of every other error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExcessJson? Excess { get; init; }

    public static ErrorJson Of(DiffahException error) => new(CategoryName(error), error.Message, error.NextAction)
    {
        Excess = error.Excess is { } excess ? ExcessJson.Of(excess) : null,
    };

    public static ErrorJson Of(DiffahProblem problem) =>
        new(CategoryName(problem), problem.Message, problem.NextAction);

    public static string CategoryName(DiffahProblem problem) => problem.Category.ToLowerInvariant();

    public static string CategoryName(DiffahException error) => CategoryName(error.Error);

    public static string CategoryName(DiffahError error) => error.Category.ToString().ToLowerInvariant();
}

/// <summary>By how much an archive is larger than it may be.</summary>
internal sealed record ExcessJson(
    long ArchiveBytes, long LimitBytes, long ImageBytes, ImmutableArray<CostJson> Costliest)
{
    public static ExcessJson Of(SizeExcess excess) => new(excess.ArchiveBytes, excess.LimitBytes, excess.ImageBytes,
        [.. excess.Costliest.Select(c => new CostJson(c.Path, c.Layer, c.CreatedBy, c.ArchiveBytes))]);
}

/// <summary>What costs most of it: a file, or a layer of which no files are told.</summary>
internal sealed record CostJson(string? Path, string Layer, string? CreatedBy, long ArchiveBytes);

/// <summary>
/// Writes how a command failed: for people, as an envelope (-o json), or as a log record (--log-format json).
/// </summary>
internal static class ErrorText
{
    public static void Write(CommandLineHost host, GlobalSettings settings, DiffahException error)
    {
        if (settings.Format == OutputFormat.Json)
        {
            JsonEnvelope.WriteError(host.Error, ErrorJson.Of(error));
        }
        else if (settings.JsonLog)
        {
            host.Error.WriteLine(new LogFormatter(true, host.Time).Format(LogLevel.Error, error.Message,
                ("category", ErrorJson.CategoryName(error)), ("next_action", error.NextAction)));
        }
        else
        {
            host.Error.WriteLine($"diffah: error: {error.Message}");
            host.Error.WriteLine($"  next: {error.NextAction}");
        }
        if (settings.Level == LogLevel.Debug)
            WriteTrace(host, settings, error.InnerException ?? error);
    }

    /// <summary>Writes what is wrong with one thing of several.</summary>
    public static void WriteProblem(TextWriter output, DiffahProblem problem)
    {
        output.WriteLine($"  {ErrorJson.CategoryName(problem)}: {problem.Message}");
        output.WriteLine($"  next: {problem.NextAction}");
    }

    public static void WriteInterrupted(CommandLineHost host, GlobalSettings settings) =>
        host.Error.WriteLine(settings.JsonLog
            ? new LogFormatter(true, host.Time).Format(LogLevel.Error, "Interrupted.")
            : "diffah: interrupted");

    private static void WriteTrace(CommandLineHost host, GlobalSettings settings, Exception exception)
    {
        if (settings.Format == OutputFormat.Text)
            host.Error.WriteLine(
                new LogFormatter(settings.JsonLog, host.Time).Format(LogLevel.Debug, exception.ToString()));
    }
}
