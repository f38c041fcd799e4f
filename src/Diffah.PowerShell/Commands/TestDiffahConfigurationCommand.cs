using System.Management.Automation;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Commands;

/// <summary>Says whether a configuration file can be used, and what is wrong with it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DiffahConfiguration",
    HelpUri = HelpPages.Folder + "Test-DiffahConfiguration" + HelpPages.Suffix)]
[OutputType(typeof(ConfigurationCheck), typeof(bool))]
public sealed class TestDiffahConfigurationCommand : ConfigurationCommand
{
    /// <summary>
    /// The file; wildcard characters stand for themselves. The default is the one that every cmdlet reads.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Gives true where the file can be used, false otherwise, in place of the result.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(Path ?? "", () => CheckConfiguration.Run(FileOf(Path)), out var check))
            return;
        if (Quiet)
            WriteObject(check.IsValid);
        else
            WriteObject(check);
    }
}
