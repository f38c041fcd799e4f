using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Commands;

/// <summary>
/// What the cmdlets share that are about the configuration file, which therefore need not be one that can be used.
/// </summary>
public abstract class ConfigurationCommand : DiffahCommand
{
    /// <summary>The configuration file that every cmdlet reads; null where it can be nowhere.</summary>
    private protected ConfigurationFile? DefaultFile => Require(() => Paths.ConfigurationFile);

    private protected sealed override KnobValues LoadConfiguration() => KnobValues.None;

    /// <summary>The file of a parameter, or the one that every cmdlet reads.</summary>
    /// <param name="path">The parameter.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidArgument: no path of the file system, or no home
    /// folder.</exception>
    private protected ConfigurationFile FileOf(string? path) => path is not null
        ? new ConfigurationFile(Paths.ResolveLiteral(path), IsNamed: true) { HomeFolder = HostEnvironment.HomeFolder }
        : DefaultFile ?? throw new DiffahException(DiffahErrors.InvalidArgument,
            "There is no home folder that the configuration file could be in.", "Name a file, or set DIFFAH_CONFIG.");
}
