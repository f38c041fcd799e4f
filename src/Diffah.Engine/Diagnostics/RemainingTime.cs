namespace Diffah.Engine.Diagnostics;

/// <summary>
/// The remaining time of a stage, by an exponential moving average of its rate.
/// In the beginning it is the plain average, so that a first guess does not distort it.
/// </summary>
internal sealed class RemainingTime
{
    private const double MemorySeconds = 15;
    private const double SampleSeconds = 0.25;

    // No estimate is given before that. A stage that has hardly begun by then waits longer.
    private const double FirstSeconds = 3;
    private const double FirstSecondsOfSlow = 20;
    private const double FirstShare = 0.01;

    // A longer time means a stall, not an estimate.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private double _rate;
    private double _weight;
    private double _sampledAt;
    private long _sampledDone;

    /// <summary>Takes how far the stage is.</summary>
    /// <param name="elapsed">Since it began.</param>
    /// <param name="done">Bytes since it began.</param>
    /// <param name="total">Bytes in all; null where it is unknown.</param>
    /// <returns>The remaining time, at most a day; null where it can't be told.</returns>
    public TimeSpan? Take(TimeSpan elapsed, long done, long? total)
    {
        Sample(elapsed.TotalSeconds, done);
        if (total is not > 0 || _weight == 0 || _rate <= 0
            || !CanTell(elapsed.TotalSeconds, (double)done / total.Value))
            return null;
        var seconds = Math.Max(0, total.Value - done) / (_rate / _weight);
        return seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static bool CanTell(double elapsed, double share) =>
        elapsed >= FirstSecondsOfSlow || (elapsed >= FirstSeconds && share >= FirstShare);

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
