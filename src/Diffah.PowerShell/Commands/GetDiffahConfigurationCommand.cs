using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Commands;

/// <summary>Says what counts where no parameter says otherwise, and why.</summary>
[Cmdlet(VerbsCommon.Get, "DiffahConfiguration",
    HelpUri = HelpPages.Folder + "Get-DiffahConfiguration" + HelpPages.Suffix)]
[OutputType(typeof(EffectiveConfiguration))]
public sealed class GetDiffahConfigurationCommand : ConfigurationCommand
{
    /// <summary>
    /// The file; wildcard characters stand for themselves. The default is the one that every cmdlet reads.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var file = Path is null ? DefaultFile : Require(() => FileOf(Path));
        var environment = Require(() => ReadEnvironment(Knobs.All));
        var configuration = Require(() => ReadConfiguration.Explain(file, environment));
        foreach (var problem in configuration.Problems)
            WriteWarning(problem.Describe(file!.Path));
        WriteObject(configuration);
    }
}
