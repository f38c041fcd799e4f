using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Commands;

/// <summary>Says what counts where no parameter says otherwise, and why.</summary>
[Cmdlet(VerbsCommon.Get, "DiffahConfiguration")]
[OutputType(typeof(EffectiveConfiguration))]
public sealed class GetDiffahConfigurationCommand : ConfigurationCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var file = DefaultFile;
        var environment = Require(ReadEnvironment);
        var configuration = Require(() => Engine.Operations.ReadConfiguration.Explain(file, environment));
        foreach (var problem in configuration.Problems)
            WriteWarning(problem.Describe(file!.Path));
        WriteObject(configuration);
    }

    private DiffahConfiguration ReadEnvironment() => new()
    {
        AuthFile = Paths.Resolve(HostEnvironment.Registry).AuthFile,
        WorkDirectory = ResolveWorkDirectory(null),
    };
}
