using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>One way of showing progress. Called from any thread; disposal clears what is not to stay.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>Takes how far a piece of work has come; a later report of the same piece replaces it.</summary>
    void Show(ProgressEvent progress);

    /// <summary>Writes a line that stays.</summary>
    void WriteLine(string line);
}
