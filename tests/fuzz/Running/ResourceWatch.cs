namespace Diffah.Fuzz.Running;

/// <summary>Looks at the process's memory many times a second, for the peak that an input makes.</summary>
internal sealed class ResourceWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly Timer _timer;
    private long _peak;

    public ResourceWatch() => _timer = new Timer(_ => Look(), null, TimeSpan.Zero, Interval);

    /// <summary>Begins a measurement.</summary>
    public Measurement Begin()
    {
        Interlocked.Exchange(ref _peak, Environment.WorkingSet);
        return new(this, Interlocked.Read(ref _peak), GC.GetTotalAllocatedBytes(precise: false));
    }

    public void Dispose() => _timer.Dispose();

    private long Look()
    {
        var now = Environment.WorkingSet;
        for (var peak = Interlocked.Read(ref _peak); now > peak; peak = Interlocked.Read(ref _peak))
            Interlocked.CompareExchange(ref _peak, now, peak);
        return Interlocked.Read(ref _peak);
    }

    /// <summary>What an input has taken since it began.</summary>
    internal readonly record struct Measurement(ResourceWatch Watch, long Before, long AllocatedBefore)
    {
        /// <summary>Bytes by which the process grew at its peak.</summary>
        public long Growth => Math.Max(0, Watch.Look() - Before);

        /// <summary>Bytes allocated on the managed heap.</summary>
        public long Allocated => GC.GetTotalAllocatedBytes(precise: false) - AllocatedBefore;
    }
}
