using System.Collections.Concurrent;
using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Keeps what an operation tells.</summary>
internal sealed class EventLog : IProgress<EngineEvent>
{
    private readonly ConcurrentQueue<EngineEvent> _events = new();

    public EventSink Sink => new(this);

    /// <summary>Called on each event, on the thread that tells.</summary>
    public Action<EngineEvent>? OnEvent { get; set; }

    public IReadOnlyCollection<EngineEvent> Events => _events;

    public IEnumerable<string> Messages(EventLevel level) =>
        _events.OfType<MessageEvent>().Where(m => m.Level == level).Select(m => m.Message);

    public void Report(EngineEvent value)
    {
        _events.Enqueue(value);
        OnEvent?.Invoke(value);
    }
}
