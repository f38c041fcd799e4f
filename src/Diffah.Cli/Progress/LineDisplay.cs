using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>
/// Progress as lines, for logs: one at a part's start, at each new stage (at most one a second and part, the latest
/// one wins), twice a minute through a long stage, and one at the end.
/// </summary>
/// <param name="output">Where lines go.</param>
/// <param name="formatter">Makes lines.</param>
/// <param name="time">The clock.</param>
internal sealed class LineDisplay(TextWriter output, LogFormatter formatter, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan StageInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignOfLifeInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, (string Status, long At)> _last = [];
    private readonly TransferRates _rates = new(time);

    public void Show(ProgressEvent progress)
    {
        lock (_lock)
        {
            var rate = _rates.Take(progress);
            if (!IsDue(progress))
                return;
            _last[progress.Id] = (progress.Status, time.GetTimestamp());
            if (progress.Completed)
                _last.Remove(progress.Id);
            output.WriteLine(formatter.FormatProgress(ProgressText.Line(progress, rate)));
        }
    }

    public void WriteLine(string line)
    {
        lock (_lock)
            output.WriteLine(line);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool IsDue(ProgressEvent progress)
    {
        if (progress.Completed || !_last.TryGetValue(progress.Id, out var last))
            return true;
        return time.GetElapsedTime(last.At) >= (progress.Status == last.Status ? SignOfLifeInterval : StageInterval);
    }
}
