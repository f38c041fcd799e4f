namespace Diffah.PowerShell.Pipeline;

/// <summary>How fast bytes have come of late.</summary>
internal sealed class TransferRate
{
    private const long WindowMs = 3000;
    private const long MinimumMs = 150;

    private readonly Queue<(long Time, long Done)> _samples = new();

    /// <summary>Takes a sample and gives the rate of the last seconds; null while nobody can know.</summary>
    /// <param name="time">Milliseconds, of any clock that does not go back.</param>
    /// <param name="done">Bytes done; fewer than before begin a new transfer.</param>
    /// <returns>Bytes a second.</returns>
    public long? Sample(long time, long done)
    {
        if (_samples.Count > 0 && done < _samples.Last().Done)
            _samples.Clear();
        _samples.Enqueue((time, done));
        while (_samples.Count > 2 && time - _samples.Peek().Time > WindowMs)
            _samples.Dequeue();
        var first = _samples.Peek();
        return time - first.Time < MinimumMs ? null : (done - first.Done) * 1000 / (time - first.Time);
    }
}
