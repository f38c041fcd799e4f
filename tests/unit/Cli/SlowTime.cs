namespace Diffah.Tests.Cli;

/// <summary>A clock that is 65 seconds later each time it is looked at.</summary>
internal sealed class SlowTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks += 65 * TimeSpan.TicksPerSecond;
}
