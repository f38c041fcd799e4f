namespace Diffah.Engine.Compression;

/// <summary>
/// Admits work only while the memory of all that is admitted fits a budget; first come, first served.
/// </summary>
/// <param name="budget">Bytes; 0 is no limit.</param>
internal sealed class MemoryGate(long budget)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Admitted)> _waiting = new();
    private long _used;

    /// <summary>Waits until the bytes fit.</summary>
    /// <param name="bytes">Estimate of one piece of work; a single one over the budget must have been refused
    /// before.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Disposing it gives the bytes back.</returns>
    public async Task<IDisposable> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ticket = Request(bytes);
        using var registration = cancellationToken.Register(() => Withdraw(ticket, cancellationToken));
        await ticket.Value.Admitted.Task;
        return new Admission(this, bytes);
    }

    private LinkedListNode<(long Bytes, TaskCompletionSource Admitted)> Request(long bytes)
    {
        var ticket = new LinkedListNode<(long, TaskCompletionSource)>(
            (bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        lock (_lock)
        {
            _waiting.AddLast(ticket);
            Admit();
        }
        return ticket;
    }

    private void Withdraw(
        LinkedListNode<(long Bytes, TaskCompletionSource Admitted)> ticket, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (ticket.List is null)
                return; // admitted already
            _waiting.Remove(ticket);
            ticket.Value.Admitted.SetCanceled(cancellationToken);
            Admit();
        }
    }

    private void Release(long bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            Admit();
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } first && (budget == 0 || first.Value.Bytes <= budget - _used))
        {
            _waiting.RemoveFirst();
            _used += first.Value.Bytes;
            first.Value.Admitted.SetResult();
        }
    }

    private sealed class Admission(MemoryGate gate, long bytes) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                gate.Release(bytes);
        }
    }
}
