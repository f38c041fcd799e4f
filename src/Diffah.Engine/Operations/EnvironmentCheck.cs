namespace Diffah.Engine.Operations;

/// <summary>The outcome of one check. A word, not a number: what people compare, and what JSON, CSV and a job of another process keep.</summary>
public static class CheckStatus
{
    /// <summary>As it should be.</summary>
    public const string Ok = nameof(Ok);

    /// <summary>Some things will not work, or not as expected.</summary>
    public const string Warn = nameof(Warn);

    /// <summary>Something needed is missing.</summary>
    public const string Fail = nameof(Fail);
}

/// <summary>One check of this machine.</summary>
/// <param name="Name">What was checked: zstd (which version is built in), tmpdir, authfile, config, network.</param>
/// <param name="Status">The outcome: a word of <see cref="CheckStatus"/>.</param>
/// <param name="Detail">What was found; never a secret.</param>
/// <param name="Hint">What to do; empty where nothing is to be done.</param>
public sealed record EnvironmentCheck(string Name, string Status, string Detail, string Hint)
{
    /// <summary>Name and outcome.</summary>
    public override string ToString() => $"{Name}: {Status}";
}
