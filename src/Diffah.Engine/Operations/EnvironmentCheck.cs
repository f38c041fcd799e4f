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
/// <param name="Name">What was checked: zstd (which version is built in), tmpdir, authfile, config, network.</param>
/// <param name="Status">The outcome.</param>
/// <param name="Detail">What was found; never a secret.</param>
/// <param name="Hint">What to do; empty where nothing is to be done.</param>
public sealed record EnvironmentCheck(string Name, CheckStatus Status, string Detail, string Hint);
