using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>Reads the user's configuration file.</summary>
public static class ReadConfiguration
{
    /// <summary>The configuration; an empty one where there is no file and none was named.</summary>
    /// <param name="file">Where the file is; null where it can be nowhere.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException"> ConfigurationInvalid, naming file, line and key of the first problem;
    /// FileNotFound: a file that was named is not there; AccessDenied or IoFailure: it can't be read.
    /// </exception>
    public static KnobValues Run(ConfigurationFile? file, CancellationToken cancellationToken = default)
    {
        var content = Load(file, cancellationToken);
        if (content.Problems is not [var problem, ..])
            return content.Values;
        throw content.Exists
            ? new DiffahException(DiffahErrors.ConfigurationInvalid, problem.Describe(file!.Path))
            : new DiffahException(DiffahErrors.FileNotFound, problem.Describe(file!.Path),
                "Correct or unset DIFFAH_CONFIG, or write the file with New-DiffahConfiguration (diffah config init).");
    }

    /// <summary>
    /// What counts where no option or parameter says otherwise, and why. Problems of the file are part of the answer.
    /// </summary>
    /// <param name="file">Where the file is; null where it can be nowhere.</param>
    /// <param name="environment">What environment variables say; paths are absolute.</param>
    /// <param name="cancellationToken">Stops the wait for what comes through a pipe.</param>
    /// <exception cref="DiffahException">AccessDenied or IoFailure: the file can't be read.</exception>
    public static EffectiveConfiguration Explain(
        ConfigurationFile? file, KnobValues environment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return EffectiveConfiguration.Of(file, Load(file, cancellationToken), environment);
    }

    /// <summary>Reads a file; what is wrong with it is part of the answer.</summary>
    /// <exception cref="DiffahException">AccessDenied or IoFailure: it can't be read.</exception>
    internal static ConfigurationContent Load(ConfigurationFile? file, CancellationToken cancellationToken)
    {
        if (file is null)
            return new ConfigurationContent(false, KnobValues.None, []);
        RequestGuard.AbsolutePath(file.Path);
        try
        {
            return new ConfigurationReader(file).Read(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiffahException.From(e);
        }
    }
}
