using System.Threading.Channels;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Do jobs at the same time, in the order in which they are given.</summary>
internal sealed class RebuildWorkers : IDisposable
{
    private readonly Channel<RebuildJob> _jobs = Channel.CreateUnbounded<RebuildJob>();
    private readonly CancellationTokenSource _stop = new();
    private readonly IdleEncoders _encoders;

    public RebuildWorkers(IdleEncoders encoders, int count)
    {
        _encoders = encoders;
        var stopped = _stop.Token;
        for (; count > 0; count--)
            Task.Run(() => WorkAsync(stopped));
    }

    public void Begin(RebuildJob job) => _jobs.Writer.TryWrite(job);

    /// <summary>What still runs ends soon.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _jobs.Writer.Complete();
        _stop.Dispose();
    }

    private async Task WorkAsync(CancellationToken stopped)
    {
        await foreach (var job in _jobs.Reader.ReadAllAsync(CancellationToken.None))
            job.Run(_encoders, stopped);
    }
}
