using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Hosting;

/// <summary>Where verbs call the engine: the one place at which a test can answer for it.</summary>
internal class OperationRunner
{
    /// <summary>Runs an operation.</summary>
    /// <param name="request">What it is asked for.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public virtual Task<TResult> RunAsync<TRequest, TResult>(
        TRequest request, Func<TRequest, EventSink, CancellationToken, Task<TResult>> operation, EventSink events,
        CancellationToken cancellationToken)
        where TRequest : notnull => operation(request, events, cancellationToken);

    /// <summary>Reads a file that names images.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    public virtual T ReadSpec<T>(
        string path, Func<string, CancellationToken, T> read, CancellationToken cancellationToken) =>
        read(path, cancellationToken);
}
