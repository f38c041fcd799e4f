using System.Management.Automation;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.PowerShell.Commands;

/// <summary>Says whether this machine is ready to make and to apply deltas.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DiffahEnvironment")]
[OutputType(typeof(EnvironmentCheck), typeof(bool))]
public sealed class TestDiffahEnvironmentCommand : DiffahCommand
{
    /// <summary>The folder that spooling would use; the default is DIFFAH_WORKDIR, or the system's temporary folder.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? WorkDirectory { get; set; }

    /// <summary>Gives true where no check fails, false otherwise, in place of the checks.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var folder = Require(() => ResolveWorkDirectory(WorkDirectory));
        var request = new CheckEnvironmentRequest { WorkDirectory = folder, RegistryEnvironment = HostEnvironment.Registry };
        var checks = Require(() => Run((events, token) => new CheckEnvironment(TransportCatalog.Default).RunAsync(request, events, token)));
        if (Quiet)
            WriteObject(checks.All(check => check.Status != CheckStatus.Fail));
        else
            WriteObject(checks, enumerateCollection: true);
    }
}
