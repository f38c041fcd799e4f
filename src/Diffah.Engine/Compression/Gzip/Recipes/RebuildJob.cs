using System.Runtime.ExceptionServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>A unit whose content is in memory, and what a worker makes of it.</summary>
/// <param name="unit">What is made.</param>
/// <param name="window">Its content; owned.</param>
/// <param name="output">Takes what is made; the taker's, once it is taken.</param>
/// <param name="cost">The bytes of memory that it was let have.</param>
internal sealed class RebuildJob(RebuildUnit unit, ContentWindow window, BitWriter output, long cost)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExceptionDispatchInfo? _failure;

    public RebuildUnit Unit => unit;

    public long Cost => cost;

    /// <summary>Is over when the work is, well or not.</summary>
    public Task Done => _done.Task;

    /// <summary>What was made.</summary>
    /// <exception cref="RecipeRefusedException">The recipe or the content is not right.</exception>
    public BitWriter Take()
    {
        _failure?.Throw();
        return output;
    }

    /// <summary>Does the work.</summary>
    public void Run(IdleEncoders encoders, CancellationToken stopped)
    {
        try
        {
            output.Reset((int)(unit.From.Bit & 7));
            using var rebuilder = PartRebuilders.Open(unit, encoders, window, output);
            while (!rebuilder.IsComplete)
            {
                stopped.ThrowIfCancellationRequested();
                if (!rebuilder.Advance())
                    throw ByteCursor.Invalid("has a part that is longer than it says");
            }
        }
        catch (Exception failure)
        {
            // Whoever takes the output is to see it.
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            window.Dispose();
            _done.SetResult();
        }
    }
}
