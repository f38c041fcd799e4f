using System.Collections.Concurrent;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Pipeline;

/// <summary>Takes an operation's events on any thread, and hands them to the pipeline thread.</summary>
/// <param name="cmdlet">Whose streams messages go to.</param>
/// <param name="queue">What the pipeline thread takes from.</param>
/// <param name="progress">Where progress goes.</param>
internal sealed class EventRelay(Cmdlet cmdlet, BlockingCollection<Action> queue, ProgressDisplay progress)
    : IProgress<EngineEvent>
{
    /// <inheritdoc/>
    public void Report(EngineEvent value)
    {
        if (value is MessageEvent message)
            Post(() => Write(message));
        else if (value is ProgressEvent step && progress.Record(step))
            Post(progress.Flush);
    }

    /// <summary>Has the pipeline thread do a step, after all that it was told before.</summary>
    /// <param name="write">The step.</param>
    public void Post(Action write)
    {
        try
        {
            queue.Add(write);
        }
        catch (InvalidOperationException)
        {
            // The operation is over; what a straggler of it still tells is of no interest.
        }
    }

    private void Write(MessageEvent message)
    {
        if (message.Level == EventLevel.Warning)
            cmdlet.WriteWarning(message.Message);
        else if (message.Level is EventLevel.Info or EventLevel.Verbose)
            cmdlet.WriteVerbose(message.Message);
        else
            cmdlet.WriteDebug(message.Message);
    }
}
