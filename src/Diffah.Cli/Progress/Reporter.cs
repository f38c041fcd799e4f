using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>Receives the engine's events, on any thread, and shows them as the settings say.</summary>
internal sealed class Reporter : IProgress<EngineEvent>, IAsyncDisposable
{
    private readonly IProgressDisplay _display;
    private readonly LogFormatter _formatter;
    private readonly LogLevel _level;

    private Reporter(IProgressDisplay display, LogFormatter formatter, LogLevel level) =>
        (_display, _formatter, _level) = (display, formatter, level);

    /// <summary>Begins to show what is reported; disposal ends it.</summary>
    public static Reporter Start(CommandLineHost host, GlobalSettings settings)
    {
        var formatter = new LogFormatter(settings.JsonLog, host.Time);
        IProgressDisplay display = settings.Progress switch
        {
            ProgressMode.Bars => new BarDisplay(host.Error, !host.HasVariable("NO_COLOR"), host.Time),
            ProgressMode.Lines => new LineDisplay(host.Error, formatter, host.Time),
            _ => new SilentDisplay(host.Error),
        };
        return new Reporter(display, formatter, settings.Level);
    }

    public void Report(EngineEvent value)
    {
        switch (value)
        {
            case ProgressEvent progress:
                _display.Show(progress);
                break;
            case MessageEvent message when LevelOf(message) >= _level:
                _display.WriteLine(_formatter.FormatMessage(LevelOf(message), message));
                break;
        }
    }

    public ValueTask DisposeAsync() => _display.DisposeAsync();

    private static LogLevel LevelOf(MessageEvent message) => message.Level switch
    {
        EventLevel.Debug or EventLevel.Verbose => LogLevel.Debug,
        EventLevel.Info => LogLevel.Info,
        _ => LogLevel.Warn,
    };
}

/// <summary>One way of showing progress. Called from any thread; disposal clears what is not to stay.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>Takes how far a piece of work has come; a later report of the same piece replaces it.</summary>
    void Show(ProgressEvent progress);

    /// <summary>Writes a line that stays.</summary>
    void WriteLine(string line);
}

/// <summary>No progress; messages still pass.</summary>
/// <param name="output">Where messages go.</param>
internal sealed class SilentDisplay(TextWriter output) : IProgressDisplay
{
    public void Show(ProgressEvent progress)
    {
        // Nobody wants to know.
    }

    public void WriteLine(string line) => output.WriteLine(line);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
