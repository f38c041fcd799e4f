using System.Runtime.ExceptionServices;

namespace Diffah.Engine.Content;

/// <summary>
/// Work on several threads. All of it has ended when a call comes back, however that is: what the work reads may be
/// disposed of.
/// </summary>
internal static class ParallelWork
{
    /// <summary>Does pieces of work, which are begun in order.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="workers">How many are done at the same time.</param>
    /// <param name="work">Does one; its token also says that another has failed.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <remarks>What the first piece that fails throws is thrown as it is.</remarks>
    public static void For(
        int count, int workers, Action<int, CancellationToken> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? failed = null;
        var next = -1;
        var threads = Math.Max(1, Math.Min(workers, count));
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var index && index < count)
                Try(index);
        });
        cancellationToken.ThrowIfCancellationRequested();
        failed?.Throw();

        void Try(int index)
        {
            try
            {
                work(index, stop.Token);
            }
            catch (Exception e)
            {
                // What others throw from now on may be because they were stopped.
                if (Interlocked.CompareExchange(ref failed, ExceptionDispatchInfo.Capture(e), null) is null)
                    stop.Cancel();
            }
        }
    }
}
