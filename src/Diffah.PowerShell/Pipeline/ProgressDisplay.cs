using System.Collections.Concurrent;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Pipeline;

/// <summary>
/// Shows progress about five times a second, the last value of each activity winning. The whole operation is the parent
/// activity, each part a child of it, with its bytes and their rate.
/// </summary>
/// <param name="cmdlet">Whose progress stream is written to.</param>
internal sealed class ProgressDisplay(Cmdlet cmdlet)
{
    /// <summary>Milliseconds between two writes.</summary>
    public const int IntervalMs = 200;

    private const int OperationId = 0;

    private readonly ConcurrentDictionary<int, ProgressEvent> _pending = new();
    private readonly Dictionary<int, ProgressEvent> _shown = [];
    private readonly Dictionary<int, TransferRate> _rates = [];
    private int _begun;
    private long _lastFlush = Environment.TickCount64;

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

    private void Show(ProgressEvent step)
    {
        // A part that began and ended between two writes was never seen.
        if (step.Completed && !_shown.Remove(step.Id))
            return;
        if (!step.Completed)
            _shown[step.Id] = step;
        cmdlet.WriteProgress(ToRecord(step, Rate(step)));
        if (step.Completed)
            _rates.Remove(step.Id);
    }

    private long? Rate(ProgressEvent step)
    {
        // The whole operation counts steps.
        if (step.Id == OperationId)
            return null;
        if (!_rates.TryGetValue(step.Id, out var rate))
            _rates[step.Id] = rate = new TransferRate();
        return rate.Sample(Environment.TickCount64, step.Done);
    }

    private static ProgressRecord ToRecord(ProgressEvent step, long? rate) => new(step.Id, step.Activity, Describe(step, rate))
    {
        ParentActivityId = step.Id == OperationId ? -1 : OperationId,
        PercentComplete = step.Total is > 0 and var total ? (int)Math.Clamp(step.Done * 100 / total, 0, 100) : -1,
        SecondsRemaining = step.Total is { } bytes && rate is > 0 ? (int)Math.Min((bytes - step.Done) / rate.Value, int.MaxValue) : -1,
        RecordType = step.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
    };

    private static string Describe(ProgressEvent step, long? rate)
    {
        Func<long, string> format = step.Id == OperationId ? n => $"{n}" : Human.Size;
        var amount = step.Total is { } total ? $"{format(step.Done)} of {format(total)}" : format(step.Done);
        if (rate is > 0)
            amount += $", {Human.Rate(rate.Value)}";
        return step.Status.Length == 0 ? amount : $"{step.Status}: {amount}";
    }
}
