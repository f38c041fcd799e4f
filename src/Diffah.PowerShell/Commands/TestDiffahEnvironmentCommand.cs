using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Says whether this machine is ready to make and to apply deltas.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DiffahEnvironment",
    HelpUri = HelpPages.Folder + "Test-DiffahEnvironment" + HelpPages.Suffix)]
[OutputType(typeof(EnvironmentCheck), typeof(bool))]
public sealed class TestDiffahEnvironmentCommand : RegistryCommand
{
    /// <summary>
    /// The folder that spooling would use; the default is DIFFAH_WORKDIR, or the system's temporary folder.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? WorkDirectory { get; set; }

    /// <summary>An image of a registry, whose manifest is asked for to check the network.</summary>
    [Parameter]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference? Probe { get; set; }

    /// <summary>Gives true where no check fails, false otherwise, in place of the checks.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var request = MakeRequest(Effective.Get(Knobs.WorkDirectory));
        var checks =
            Require(() => Run((events, token) => new CheckEnvironment(Transports).RunAsync(request, events, token)));
        if (Quiet)
            WriteObject(checks.All(check => check.Status != CheckStatus.Fail));
        else
            WriteObject(checks, enumerateCollection: true);
    }

    private CheckEnvironmentRequest MakeRequest(string? folder) => new()
    {
        WorkDirectory = folder,
        Probe = Probe,
        Registry = RegistryOptions,
        TransportEnvironment = TransportEnvironment,
        ConfigurationFile = Require(() => Paths.ConfigurationFile),
    };

    // A file that can't be used is what a check is for.
    private protected override KnobValues LoadConfiguration()
    {
        try
        {
            return base.LoadConfiguration();
        }
        catch (DiffahException)
        {
            return KnobValues.None;
        }
    }
}
