using System.Collections.Immutable;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>What a configuration file is worth.</summary>
/// <param name="Path">Absolute path of the file; null where there is no home folder it could be in.</param>
/// <param name="Exists">True where there is such a file.</param>
/// <param name="IsValid">True where it can be used; where there is none, and none was named, the built-in defaults
/// can.</param>
/// <param name="Problems">What is wrong with it, in the order of its lines.</param>
public sealed record ConfigurationCheck(
    string? Path, bool Exists, bool IsValid, ImmutableArray<ConfigurationProblem> Problems)
{
    /// <summary>The path, and whether it can be used.</summary>
    public override string ToString() => $"{Path ?? "none"}: {(IsValid ? "valid" : "not valid")}";
}

/// <summary>Checks a configuration file.</summary>
public static class CheckConfiguration
{
    /// <summary>Reads the file and lists what is wrong with it, which is a result and no error.</summary>
    /// <param name="file">Where the file is; null where it can be nowhere.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException">AccessDenied or IoFailure: it can't be read.</exception>
    public static ConfigurationCheck Run(ConfigurationFile? file, CancellationToken cancellationToken = default)
    {
        var content = ReadConfiguration.Load(file, cancellationToken);
        return new ConfigurationCheck(file?.Path, content.Exists, content.Problems.IsEmpty, content.Problems);
    }

    /// <summary>The same as one check of this machine.</summary>
    internal static EnvironmentCheck Report(ConfigurationFile? file, CancellationToken cancellationToken)
    {
        const string name = "config";
        try
        {
            ReadConfiguration.Run(file, cancellationToken);
            return new EnvironmentCheck(
                name, CheckStatus.Ok, File.Exists(file?.Path) ? $"'{file.Path}'" : "none, defaults apply", "");
        }
        catch (DiffahException e)
        {
            return new EnvironmentCheck(name, CheckStatus.Fail, e.Message, e.NextAction);
        }
    }
}
