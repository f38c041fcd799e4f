namespace Diffah.Engine.Diagnostics;

/// <summary>Something an operation tells while it runs. Delivered on any thread.</summary>
public abstract record EngineEvent
{
    /// <summary>
    /// Which room of the engine tells it: <c>operations</c>, <c>deltas</c>, <c>images</c>, <c>transports</c>.
    /// </summary>
    public string Component { get; init; } = EventSink.DefaultComponent;
}

/// <summary>How much a message matters.</summary>
public enum EventLevel
{
    /// <summary>For those who look for a fault.</summary>
    Debug,

    /// <summary>What was done, step by step, for those who want the whole story.</summary>
    Verbose,

    /// <summary>What is being done.</summary>
    Info,

    /// <summary>Worth knowing, though the work goes on.</summary>
    Warning,
}

/// <summary>A message for people.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Message">One sentence; never a secret.</param>
public sealed record MessageEvent(EventLevel Level, string Message) : EngineEvent;

/// <summary>How far a piece of work has come.</summary>
/// <param name="Id">0 is the whole operation; 1 and up are its parts (a layer each), stable for the operation's
/// life.</param>
/// <param name="Activity">What the piece of work is, in a few words.</param>
/// <param name="Status">What it does now.</param>
/// <param name="Done">Bytes (parts) or steps (the whole) done.</param>
/// <param name="Total">Bytes or steps in all; null where it is unknown.</param>
/// <param name="Completed">True once, at the end, however it ended.</param>
public sealed record ProgressEvent(int Id, string Activity, string Status, long Done, long? Total, bool Completed)
    : EngineEvent
{
    /// <summary>True for the whole operation, which counts steps; parts count bytes.</summary>
    public bool IsWhole => Id == 0;
}
