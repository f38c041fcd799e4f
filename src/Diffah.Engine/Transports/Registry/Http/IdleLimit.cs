namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>
/// Bounds how long nothing may happen: counts while armed, and cancels <see cref="Token"/> when the time is over.
/// </summary>
internal sealed class IdleLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;

    public IdleLimit(TimeSpan limit, CancellationToken caller)
    {
        (_limit, _caller) = (limit, caller);
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
    }

    /// <summary>Cancelled by the caller, or because the time is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True where it was the time, not the caller.</summary>
    public bool IsOver => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Begins to count, from zero.</summary>
    /// <param name="extra">Granted beyond the limit.</param>
    public void Arm(TimeSpan extra = default) => _source.CancelAfter(_limit + extra);

    /// <summary>Ceases to count.</summary>
    public void Disarm() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Serves a caller's token, and no other's.</summary>
    public bool Serves(CancellationToken caller) => _caller == caller;

    /// <summary>What is thrown once the time is over.</summary>
    public TimeoutException Over(Exception? inner = null) =>
        new($"there was no answer for {_limit.TotalSeconds:0.###} seconds", inner);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
