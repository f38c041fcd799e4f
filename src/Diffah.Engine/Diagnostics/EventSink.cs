namespace Diffah.Engine.Diagnostics;

/// <summary>What an operation reports to; a thin convenience over <see cref="IProgress{T}"/>.</summary>
/// <param name="target">Where events go; null drops them.</param>
public sealed class EventSink(IProgress<EngineEvent>? target)
{
    private int _lastId;

    /// <summary>Drops everything.</summary>
    public static EventSink None { get; } = new(null);

    /// <summary>Reports what is worth knowing though the work goes on.</summary>
    /// <param name="message">One sentence.</param>
    public void Warn(string message) => target?.Report(new MessageEvent(EventLevel.Warning, Printable.Line(message)));

    /// <summary>Reports what is being done.</summary>
    /// <param name="message">One sentence.</param>
    public void Info(string message) => target?.Report(new MessageEvent(EventLevel.Info, Printable.Line(message)));

    /// <summary>Reports a step of the story: what was opened, reused, read or written, and why.</summary>
    /// <param name="message">One sentence; never a secret.</param>
    public void Verbose(string message) => target?.Report(new MessageEvent(EventLevel.Verbose, Printable.Line(message)));

    /// <summary>Reports what helps to find a fault.</summary>
    /// <param name="message">One sentence.</param>
    public void Debug(string message) => target?.Report(new MessageEvent(EventLevel.Debug, Printable.Line(message)));

    /// <summary>Begins the progress of the whole operation (id 0).</summary>
    /// <param name="activity">What the operation is.</param>
    /// <param name="status">What it does first, in a few words.</param>
    /// <param name="total">Steps in all; null where nobody knows.</param>
    public ProgressScope BeginOperation(string activity, string status, long? total) => new(target, 0, activity, status, total);

    /// <summary>Begins the progress of one part, with an id of its own.</summary>
    /// <param name="activity">What the part is, for example a layer's short digest.</param>
    /// <param name="status">What is done with it first, in a few words.</param>
    /// <param name="total">Bytes in all; null where nobody knows.</param>
    public ProgressScope BeginPart(string activity, string status, long? total) =>
        new(target, Interlocked.Increment(ref _lastId), activity, status, total);
}
