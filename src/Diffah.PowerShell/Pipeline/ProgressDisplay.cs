using System.Collections.Concurrent;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Pipeline;

/// <summary>
/// Shows progress about five times a second, the last value of each activity winning. The whole operation is the parent
/// activity, each part a child of it, with its bytes, their rate, and the time that is left.
/// </summary>
/// <param name="cmdlet">Whose progress stream is written to.</param>
internal sealed class ProgressDisplay(Cmdlet cmdlet)
{
    /// <summary>Milliseconds between two writes.</summary>
    public const int IntervalMs = 200;

    private const int OperationId = 0;

    // Rates and clocks go on where nothing is reported.
    private const int RefreshMs = 1000;

    // Shorter work needs no clock beside it.
    private static readonly TimeSpan ShownElapsed = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, ProgressEvent> _pending = new();
    private readonly Dictionary<int, ProgressEvent> _shown = [];
    private readonly ProgressMeter _meter = new(TimeProvider.System);
    private int _begun;
    private long _lastFlush = Environment.TickCount64;
    private long _lastRefresh = Environment.TickCount64;

    /// <summary>Takes an event, on any thread.</summary>
    /// <returns>True where it should be shown at once: the beginning of the operation.</returns>
    public bool Record(ProgressEvent step)
    {
        _pending[step.Id] = step;
        return step.Id == OperationId && Interlocked.Exchange(ref _begun, 1) == 0;
    }

    /// <summary>Writes what is pending, where the last write is long enough ago. On the pipeline thread.</summary>
    public void FlushIfDue()
    {
        if (Environment.TickCount64 - _lastFlush >= IntervalMs)
            Flush();
    }

    /// <summary>Writes what is pending. On the pipeline thread.</summary>
    public void Flush()
    {
        _lastFlush = Environment.TickCount64;
        if (_lastFlush - _lastRefresh >= RefreshMs)
            Refresh();
        foreach (var id in _pending.Keys.Order())
        {
            if (_pending.TryRemove(id, out var step))
                Show(step);
        }
    }

    /// <summary>Completes every activity that is still shown, parts first. On the pipeline thread.</summary>
    public void Complete()
    {
        try
        {
            foreach (var step in _shown.Values.OrderByDescending(s => s.Id).ToList())
                Show(step with { Completed = true });
        }
        catch (PipelineStoppedException)
        {
            // A stopped pipeline accepts no more records; the host clears its display itself.
        }
    }

    /// <summary>What was shown and has not changed is pending again, so that its clock goes on.</summary>
    private void Refresh()
    {
        _lastRefresh = _lastFlush;
        foreach (var step in _shown.Values)
            _pending.TryAdd(step.Id, step);
    }

    private void Show(ProgressEvent step)
    {
        // A part that began and ended between two writes was never seen.
        if (step.Completed && !_shown.Remove(step.Id))
            return;
        if (!step.Completed)
            _shown[step.Id] = step;
        cmdlet.WriteProgress(ToRecord(step, _meter.Take(step)));
    }

    private static ProgressRecord ToRecord(ProgressEvent step, ProgressPace pace) =>
        new(step.Id, step.Activity, Describe(step, pace))
        {
            ParentActivityId = step.Id == OperationId ? -1 : OperationId,
            PercentComplete = step.Total is > 0 and var total ? (int)Math.Clamp(step.Done * 100 / total, 0, 100) : -1,
            SecondsRemaining = pace.Remaining is { } remaining ? (int)Math.Ceiling(remaining.TotalSeconds) : -1,
            RecordType = step.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };

    private static string Describe(ProgressEvent step, ProgressPace pace)
    {
        var facts = string.Join(", ", new[] { Amount(step), Rate(pace), Clock(pace) }.Where(fact => fact.Length > 0));
        return step.Status.Length == 0 ? facts : facts.Length == 0 ? step.Status : $"{step.Status}: {facts}";
    }

    private static string Amount(ProgressEvent step)
    {
        Func<long, string> format = step.IsWhole ? n => $"{n}" : Human.Size;
        return step.Total is { } total
            ? $"{format(step.Done)} of {format(total)}"
            : step.Done == 0 ? "" : format(step.Done);
    }

    private static string Rate(ProgressPace pace) => pace.BytesPerSecond is { } rate ? Human.Rate(rate) : "";

    /// <summary>How long it has taken, where nobody can tell what is left; that the host shows by itself.</summary>
    private static string Clock(ProgressPace pace) =>
        pace.Remaining is null && pace.Elapsed >= ShownElapsed ? Human.ShortTime(pace.Elapsed) : "";
}
