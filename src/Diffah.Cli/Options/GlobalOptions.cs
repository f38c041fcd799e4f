using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Options;

/// <summary>The options that every verb takes, before or after its name.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> _quiet = OptionFactory.Flag(
        "--quiet", "Write warnings and errors only, and show no progress.", "-q");
    private readonly Option<bool> _verbose = OptionFactory.Flag("--verbose", "Write debug messages too.", "-v");
    private readonly Option<LogLevel?> _level = OptionFactory.Choice<LogLevel>(
        "--log-level", "The least that a message must matter (env: DIFFAH_LOG_LEVEL).", LogLevel.Info);
    private readonly Option<LogFormat?> _logFormat = OptionFactory.Choice<LogFormat>(
        "--log-format", "How messages are written (env: DIFFAH_LOG_FORMAT).", LogFormat.Auto);
    private readonly Option<ProgressMode?> _progress = OptionFactory.Choice<ProgressMode>(
        "--progress", "How progress is shown; auto is bars on a terminal, lines elsewhere.", ProgressMode.Auto);
    private readonly Option<OutputFormat?> _format = OptionFactory.Choice<OutputFormat>(
        "--format", "How results and errors are written.", OutputFormat.Text, "-o");

    public void AddTo(RootCommand root)
    {
        foreach (Option option in new Option[] { _format, _quiet, _verbose, _level, _logFormat, _progress })
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    /// <summary>What options and environment come to.</summary>
    /// <exception cref="DiffahException">InvalidArgument: a variable with an unknown word, or options that contradict
    /// each other.</exception>
    public GlobalSettings Read(ParseResult parsed, CommandLineHost host)
    {
        var (quiet, verbose) = (parsed.GetValue(_quiet), parsed.GetValue(_verbose));
        if (quiet && verbose)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, "--quiet and --verbose contradict each other.", "Leave one of them out.");
        LogLevel? flagged = quiet ? LogLevel.Warn : verbose ? LogLevel.Debug : null;
        var level = parsed.GetValue(_level)
            ?? flagged ?? FromVariable<LogLevel>(host, "DIFFAH_LOG_LEVEL") ?? LogLevel.Info;
        var jsonLog =
            (parsed.GetValue(_logFormat) ?? FromVariable<LogFormat>(host, "DIFFAH_LOG_FORMAT")) == LogFormat.Json;
        var format = parsed.GetValue(_format) ?? OutputFormat.Text;
        var progress = quiet ? ProgressMode.Off : parsed.GetValue(_progress) ?? ProgressMode.Auto;
        return new GlobalSettings(
            format, level, jsonLog, progress == ProgressMode.Auto ? Choose(host, format, jsonLog) : progress);
    }

    /// <summary>The same for the sake of reporting an error: what can't be read is at its default.</summary>
    public GlobalSettings ReadLeniently(ParseResult parsed, CommandLineHost host)
    {
        try
        {
            return Read(parsed, host);
        }
        catch (Exception e) when (e is DiffahException or InvalidOperationException)
        {
            var json = parsed.Tokens.Zip(parsed.Tokens.Skip(1))
                .Any(t => t.First.Value is "-o" or "--format" && t.Second.Value == "json");
            return GlobalSettings.Default with { Format = json ? OutputFormat.Json : OutputFormat.Text };
        }
    }

    private static ProgressMode Choose(CommandLineHost host, OutputFormat format, bool jsonLog)
    {
        if (host.ErrorIsTerminal && !jsonLog && !host.HasVariable("CI") && host.ReadVariable("TERM") != "dumb")
            return ProgressMode.Bars;
        // Whoever reads results as JSON reads errors as JSON too, and wants nothing else beside them.
        return format == OutputFormat.Json ? ProgressMode.Off : ProgressMode.Lines;
    }

    private static T? FromVariable<T>(CommandLineHost host, string name)
        where T : struct, Enum
    {
        if (!host.HasVariable(name))
            return null;
        var text = host.ReadVariable(name)!;
        var words = Enum.GetValues<T>().ToDictionary(v => v.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        return words.TryGetValue(text, out var value)
            ? value
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{name} is '{text}'; it must be {OptionFactory.OneOf(words.Keys)}.", $"Unset {name}, or correct it.");
    }
}

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}

/// <summary>The least that a message must matter to be written.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>How messages are written.</summary>
internal enum LogFormat
{
    Auto,
    Text,
    Json,
}

/// <summary>How progress is shown.</summary>
internal enum ProgressMode
{
    Auto,
    Bars,
    Lines,
    Off,
}

/// <summary>What the global options and their environment variables come to; nothing in it is auto any more.</summary>
/// <param name="Format">How results and errors are written.</param>
/// <param name="Level">The least that a message must matter.</param>
/// <param name="JsonLog">Whether messages are JSON records.</param>
/// <param name="Progress">Bars, lines or off.</param>
internal sealed record GlobalSettings(OutputFormat Format, LogLevel Level, bool JsonLog, ProgressMode Progress)
{
    public static GlobalSettings Default { get; } = new(OutputFormat.Text, LogLevel.Info, false, ProgressMode.Off);
}
