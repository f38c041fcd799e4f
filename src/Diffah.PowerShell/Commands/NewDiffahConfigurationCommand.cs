using System.Management.Automation;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Commands;

/// <summary>Writes a configuration file to begin with.</summary>
[Cmdlet(VerbsCommon.New, "DiffahConfiguration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Folder + "New-DiffahConfiguration" + HelpPages.Suffix)]
[OutputType(typeof(FileInfo))]
public sealed class NewDiffahConfigurationCommand : ConfigurationCommand
{
    /// <summary>
    /// The file to write; wildcard characters stand for themselves. The default is the one that every cmdlet reads.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var file = Require(() => FileOf(Path));
        if (!ShouldProcess(file.Path, "Create configuration file")
            || !TryFor(
                file.Path, () => Run((_, token) => WriteConfiguration.RunAsync(file, Force, token)), out var written))
            return;
        // What Get-Item gives: with PSPath, so that it binds as any other file does.
        WriteObject(InvokeProvider.Item.Get([written], force: true, literalPath: true), enumerateCollection: true);
    }
}
