namespace Diffah.Engine.Diagnostics;

/// <summary>What an operation reports to; a thin convenience over <see cref="IProgress{T}"/>.</summary>
public sealed class EventSink
{
    internal const string DefaultComponent = "operations";

    // A report for each chunk would flood the receiver; 50 ms is finer than any display.
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(50);

    private readonly IProgress<EngineEvent>? _target;
    private readonly string _component;
    private readonly PartNumbers _numbers;

    /// <param name="target">Where events go; null drops them.</param>
    public EventSink(IProgress<EngineEvent>? target)
        : this(target, DefaultComponent, new PartNumbers())
    {
    }

    private EventSink(IProgress<EngineEvent>? target, string component, PartNumbers numbers) =>
        (_target, _component, _numbers) = (target, component, numbers);

    /// <summary>Drops everything.</summary>
    public static EventSink None { get; } = new(null);

    /// <summary>The least time between two reports of the same stage.</summary>
    internal TimeSpan ReportInterval { get; init; } = DefaultInterval;

    /// <summary>The same sink, for what a room of the engine tells.</summary>
    /// <param name="component">The room, in small letters.</param>
    public EventSink For(string component) => new(_target, component, _numbers) { ReportInterval = ReportInterval };

    /// <summary>Reports what is worth knowing though the work goes on.</summary>
    /// <param name="message">One sentence.</param>
    public void Warn(string message) => Tell(EventLevel.Warning, message);

    /// <summary>Reports what is being done.</summary>
    /// <param name="message">One sentence.</param>
    public void Info(string message) => Tell(EventLevel.Info, message);

    /// <summary>Reports a step of the story: what was opened, reused, read or written, and why.</summary>
    /// <param name="message">One sentence; never a secret.</param>
    public void Verbose(string message) => Tell(EventLevel.Verbose, message);

    /// <summary>Reports what helps to find a fault.</summary>
    /// <param name="message">One sentence.</param>
    public void Debug(string message) => Tell(EventLevel.Debug, message);

    /// <summary>Begins the progress of the whole operation (id 0).</summary>
    /// <param name="activity">What the operation is.</param>
    /// <param name="status">What it does first, in a few words.</param>
    /// <param name="total">Steps in all; null where it is unknown.</param>
    internal ProgressScope BeginOperation(string activity, string status, long? total) =>
        Begin(0, activity, status, total);

    /// <summary>Begins the progress of one part, with an id of its own.</summary>
    /// <param name="activity">What the part is, for example a layer's short digest.</param>
    /// <param name="status">What is done with it first, in a few words.</param>
    /// <param name="total">Bytes in all; null where it is unknown.</param>
    internal ProgressScope BeginPart(string activity, string status, long? total) =>
        Begin(_numbers.Next(), activity, status, total);

    private ProgressScope Begin(int id, string activity, string status, long? total) =>
        new(_target, new ProgressEvent(id, activity, status, 0, total, false) { Component = _component },
            ReportInterval);

    private void Tell(EventLevel level, string message) =>
        _target?.Report(new MessageEvent(level, Printable.Line(message)) { Component = _component });

    /// <summary>Numbers the parts of an operation, whichever room they are in.</summary>
    private sealed class PartNumbers
    {
        private int _last;

        public int Next() => Interlocked.Increment(ref _last);
    }
}
