namespace Diffah.Engine.Diagnostics;

/// <summary>The progress of one piece of work; disposing it reports completion, whatever happened.</summary>
public sealed class ProgressScope : IDisposable
{
    // A report a chunk would drown the receiver; 50 ms is finer than any display shows.
    private const long MinimumIntervalMs = 50;

    private readonly IProgress<EngineEvent>? _target;
    private readonly int _id;
    private readonly string _activity;
    private long _total;
    private long _done;
    private long _lastReport = long.MinValue;
    private string _status;

    internal ProgressScope(IProgress<EngineEvent>? target, int id, string activity, string status, long? total)
    {
        (_target, _id, _activity, _status, _total) = (target, id, activity, status, total ?? -1);
        Report(completed: false);
    }

    /// <summary>Sets what a part's work does now, and begins counting from zero again.</summary>
    /// <param name="status">A few words.</param>
    /// <param name="total">What is to be done from here, in the scope's unit; null keeps the total.</param>
    public void BeginStage(string status, long? total = null)
    {
        _status = status;
        Interlocked.Exchange(ref _done, 0);
        if (total is { } t)
            Interlocked.Exchange(ref _total, t);
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
        Interlocked.Add(ref _done, amount);
        var now = Environment.TickCount64;
        var last = Interlocked.Read(ref _lastReport);
        if ((last == long.MinValue || now - last >= MinimumIntervalMs) && Interlocked.CompareExchange(ref _lastReport, now, last) == last)
            Report(completed: false);
    }

    /// <inheritdoc/>
    public void Dispose() => Report(completed: true);

    private void Report(bool completed)
    {
        var total = Interlocked.Read(ref _total);
        _target?.Report(new ProgressEvent(_id, _activity, _status, Interlocked.Read(ref _done), total < 0 ? null : total, completed));
    }
}
