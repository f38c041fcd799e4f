namespace Diffah.Engine.Diagnostics;

/// <summary>The progress of one piece of work; disposing it reports completion, whatever happened.</summary>
internal sealed class ProgressScope : IDisposable
{
    private readonly IProgress<EngineEvent>? _target;
    private readonly ProgressEvent _first;
    private readonly TimeSpan _interval;
    private long _total;
    private long _done;
    private long _lastReport = long.MinValue;
    private string _status;

    internal ProgressScope(IProgress<EngineEvent>? target, ProgressEvent first, TimeSpan interval)
    {
        (_target, _first, _interval, _status, _total) = (target, first, interval, first.Status, first.Total ?? -1);
        Report(completed: false);
    }

    /// <summary>Sets what a part's work does now, and begins counting from zero again.</summary>
    /// <param name="status">A few words.</param>
    /// <param name="total">The amount from here on, in the scope's unit; null where it is unknown.</param>
    public void BeginStage(string status, long? total)
    {
        _status = status;
        Interlocked.Exchange(ref _done, 0);
        Interlocked.Exchange(ref _total, total ?? -1);
        Report(completed: false);
    }

    /// <summary>Counts a step done, and says what the next one is.</summary>
    /// <param name="status">A few words.</param>
    public void BeginStep(string status)
    {
        _status = status;
        Interlocked.Increment(ref _done);
        Report(completed: false);
    }

    /// <summary>Counts work done. Cheap, callable from any thread.</summary>
    /// <param name="amount">Bytes or steps.</param>
    public void Advance(long amount)
    {
        var done = Interlocked.Add(ref _done, amount);
        // The end of a stage is always reported, however short it was.
        if (IsDue() || (amount > 0 && done == Interlocked.Read(ref _total)))
            Report(completed: false);
    }

    /// <summary>
    /// Counts what is done from the stage's beginning; less than was counted already changes nothing. Of one thread at
    /// a time.
    /// </summary>
    /// <param name="done">Bytes or steps.</param>
    public void AdvanceTo(long done)
    {
        if (done - Interlocked.Read(ref _done) is > 0 and var amount)
            Advance(amount);
    }

    /// <summary>
    /// Counts what was left of the stage as done: work that came to its end without reading its last bytes.
    /// </summary>
    public void EndStage() => AdvanceTo(Interlocked.Read(ref _total));

    /// <inheritdoc/>
    public void Dispose() => Report(completed: true);

    private bool IsDue()
    {
        var (now, last) = (Environment.TickCount64, Interlocked.Read(ref _lastReport));
        return (last == long.MinValue || now - last >= _interval.TotalMilliseconds)
            && Interlocked.CompareExchange(ref _lastReport, now, last) == last;
    }

    private void Report(bool completed)
    {
        var total = Interlocked.Read(ref _total);
        _target?.Report(
            _first with
            {
                Status = _status,
                Done = Interlocked.Read(ref _done),
                Total = total < 0 ? null : total,
                Completed = completed
            });
    }
}
