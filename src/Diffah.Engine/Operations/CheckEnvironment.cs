using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>The outcome of one check.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Some things will not work, or not as expected.</summary>
    Warn,

    /// <summary>Something needed is missing.</summary>
    Fail,
}

/// <summary>One check of this machine.</summary>
/// <param name="Name">What was checked: zstd, tmpdir.</param>
/// <param name="Status">The outcome.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Hint">What to do; empty where nothing is to be done.</param>
public sealed record EnvironmentCheck(string Name, CheckStatus Status, string Detail, string Hint);

/// <summary>Checks whether this machine is ready.</summary>
public static class CheckEnvironment
{
    /// <summary>Runs every check; a failed one is a result, not an error.</summary>
    /// <param name="workDirectory">Absolute path of the folder that spooling would use; null is the system's temporary folder.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    public static Task<IReadOnlyList<EnvironmentCheck>> RunAsync(string? workDirectory, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
