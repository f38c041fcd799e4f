using System.Collections.Concurrent;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Pipeline;

/// <summary>
/// Runs an asynchronous operation for a cmdlet. The operation works on the thread pool; what it tells is written on the
/// pipeline thread, the only one that PowerShell accepts it from.
/// </summary>
/// <param name="cmdlet">Whose streams are written to.</param>
/// <param name="stopping">Cancelled when the user stops the pipeline.</param>
internal sealed class OperationPump(Cmdlet cmdlet, CancellationToken stopping)
{
    private const int QueueCapacity = 256;

    /// <summary>Runs an operation to its end, on the pipeline thread.</summary>
    /// <param name="operation">The operation.</param>
    /// <exception cref="DiffahException">The operation failed.</exception>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline.</exception>
    public T Run<T>(Func<EventSink, CancellationToken, Task<T>> operation) =>
        Run<T, object>((_, events, token) => operation(events, token), _ => { });

    /// <summary>Runs an operation that finds things on its way; each is written while the operation goes on.</summary>
    /// <param name="operation">The operation; it waits where it finds faster than is written.</param>
    /// <param name="write">Writes one, on the pipeline thread.</param>
    /// <exception cref="DiffahException">The operation failed.</exception>
    /// <exception cref="PipelineStoppedException">The user stopped the pipeline.</exception>
    public T Run<T, TFound>(
        Func<Action<TFound>, EventSink, CancellationToken, Task<T>> operation, Action<TFound> write)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var queue = new BlockingCollection<Action>(QueueCapacity);
        var progress = new ProgressDisplay(cmdlet);
        var relay = new EventRelay(cmdlet, queue, progress);
        var worker = Task.Run(
            () => WorkAsync((events, token) => operation(found => relay.Post(() => write(found)), events, token), relay,
                queue, cancellation.Token), CancellationToken.None);
        try
        {
            Deliver(queue, progress);
        }
        catch
        {
            // Select-Object -First, a stopped pipeline and -WarningAction Stop all arrive here, as an exception from
            // Write*.
            cancellation.Cancel();
            Drain(queue);
            throw;
        }
        finally
        {
            Task.WaitAny(worker);
            progress.Complete();
        }
        return Result(worker);
    }

    private static async Task<T> WorkAsync<T>(
        Func<EventSink, CancellationToken, Task<T>> operation, EventRelay relay, BlockingCollection<Action> queue,
        CancellationToken cancellationToken)
    {
        try
        {
            return await operation(new EventSink(relay), cancellationToken);
        }
        finally
        {
            queue.CompleteAdding();
        }
    }

    // Takes without a token: an operation that is being cancelled may still have to post before it can end.
    private static void Deliver(BlockingCollection<Action> queue, ProgressDisplay progress)
    {
        while (!queue.IsCompleted)
        {
            if (queue.TryTake(out var write, ProgressDisplay.IntervalMs))
                write();
            progress.FlushIfDue();
        }
    }

    private static void Drain(BlockingCollection<Action> queue)
    {
        foreach (var _ in queue.GetConsumingEnumerable())
        {
        }
    }

    private T Result<T>(Task<T> worker)
    {
        try
        {
            return worker.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e)
        {
            throw DiffahException.From(e);
        }
    }
}
