using System.Threading.Channels;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Do jobs at the same time, in the order in which they are given.</summary>
internal sealed class RebuildWorkers : IDisposable
{
    private readonly Channel<RebuildJob> _jobs = Channel.CreateUnbounded<RebuildJob>();
    private readonly CancellationTokenSource _stop = new();
    private readonly PartRebuilders _parts = new();
    private readonly Task _ended;

    public RebuildWorkers(int count)
    {
        var stopped = _stop.Token;
        _ended = Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => WorkAsync(stopped))));
    }

    public void Begin(RebuildJob job) => _jobs.Writer.TryWrite(job);

    /// <summary>What still runs ends soon.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _jobs.Writer.Complete();
        _ended.ContinueWith(_ => _parts.Dispose(), TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task WorkAsync(CancellationToken stopped)
    {
        await foreach (var job in _jobs.Reader.ReadAllAsync(CancellationToken.None))
            job.Run(_parts, stopped);
    }
}
