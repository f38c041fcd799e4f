using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>No progress; messages still pass.</summary>
/// <param name="output">Where messages go.</param>
internal sealed class SilentDisplay(TextWriter output) : IProgressDisplay
{
    public void Show(ProgressEvent progress)
    {
        // Nobody wants to know.
    }

    public void WriteLine(string line) => output.WriteLine(line);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
