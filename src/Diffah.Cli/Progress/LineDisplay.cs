using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>
/// Progress as lines, for logs: one at a part's start, at each new stage (at most one a second and part, the latest
/// one wins), twice a minute through a long stage, even one that reports nothing, and one at the end.
/// </summary>
internal sealed class LineDisplay : IProgressDisplay
{
    private static readonly TimeSpan StageInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOfLifeInterval = TimeSpan.FromSeconds(30);

    private readonly TextWriter _output;
    private readonly LogFormatter _formatter;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, Part> _parts = [];
    private readonly ProgressMeter _meter;

    /// <summary>Begins to write.</summary>
    /// <param name="output">Where lines go.</param>
    /// <param name="formatter">Makes lines.</param>
    /// <param name="time">The clock.</param>
    public LineDisplay(TextWriter output, LogFormatter formatter, TimeProvider time)
    {
        (_output, _formatter, _time, _meter) = (output, formatter, time, new ProgressMeter(time));
        _timer = time.CreateTimer(_ => ShowSilent(), null, StageInterval, StageInterval);
    }

    public void Show(ProgressEvent progress)
    {
        lock (_lock)
            Take(progress);
    }

    public void WriteLine(string line)
    {
        lock (_lock)
            _output.WriteLine(line);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>A part that reports nothing for long has lines too.</summary>
    private void ShowSilent()
    {
        lock (_lock)
        {
            foreach (var part in _parts.Values.ToArray())
                Take(part.Latest);
        }
    }

    private void Take(ProgressEvent progress)
    {
        var pace = _meter.Take(progress);
        var isKnown = _parts.TryGetValue(progress.Id, out var part);
        var isDue = !isKnown || progress.Completed
            || _time.GetElapsedTime(part.At) >= (progress.Status == part.Status ? SignOfLifeInterval : StageInterval);
        if (progress.Completed)
            _parts.Remove(progress.Id);
        else
            _parts[progress.Id] =
                isDue ? new Part(progress, progress.Status, _time.GetTimestamp()) : part with { Latest = progress };
        if (isDue)
            _output.WriteLine(_formatter.FormatProgress(progress, pace));
    }

    /// <param name="Latest">The last report.</param>
    /// <param name="Status">What the last line said it does.</param>
    /// <param name="At">When that was.</param>
    private readonly record struct Part(ProgressEvent Latest, string Status, long At);
}
