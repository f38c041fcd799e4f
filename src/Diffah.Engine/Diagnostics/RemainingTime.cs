namespace Diffah.Engine.Diagnostics;

/// <summary>
/// What a stage still takes, by a rate that forgets slowly: each second counts less the longer ago it is (an exponential moving average).
/// In the beginning that is the plain average, so that no first guess has to wear off.
/// </summary>
internal sealed class RemainingTime
{
    private const double MemorySeconds = 15;
    private const double SampleSeconds = 0.25;

    // Before that nobody can tell. A stage that has hardly begun after it is not guessed at for longer.
    private const double FirstSeconds = 3;
    private const double FirstSecondsOfSlow = 20;
    private const double FirstShare = 0.01;

    // What is longer is a stall, not an estimate.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private double _rate;
    private double _weight;
    private double _sampledAt;
    private long _sampledDone;

    /// <summary>Takes how far the stage is.</summary>
    /// <param name="elapsed">Since it began.</param>
    /// <param name="done">Bytes since it began.</param>
    /// <param name="total">Bytes in all; null where nobody knows.</param>
    /// <returns>What is left, a day at the most; null where nobody can tell.</returns>
    public TimeSpan? Take(TimeSpan elapsed, long done, long? total)
    {
        Sample(elapsed.TotalSeconds, done);
        if (total is not > 0 || _weight == 0 || _rate <= 0 || !CanTell(elapsed.TotalSeconds, (double)done / total.Value))
            return null;
        var seconds = Math.Max(0, total.Value - done) / (_rate / _weight);
        return seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static bool CanTell(double elapsed, double share) => elapsed >= FirstSecondsOfSlow || (elapsed >= FirstSeconds && share >= FirstShare);

    private void Sample(double at, long done)
    {
        var elapsed = at - _sampledAt;
        if (elapsed < SampleSeconds)
            return;
        var weight = 1 - Math.Exp(-elapsed / MemorySeconds);
        _rate = _rate * (1 - weight) + (done - _sampledDone) / elapsed * weight;
        _weight = _weight * (1 - weight) + weight;
        (_sampledAt, _sampledDone) = (at, done);
    }
}
