using System.Management.Automation;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Makes a delta archive that turns one image into another.</summary>
[Cmdlet(VerbsCommon.New, "DiffahDelta", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(DeltaArchive), typeof(DeltaPlan))]
public sealed class NewDiffahDeltaCommand : ProducerCommand
{
    /// <summary>The image the other side has.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Baseline { get; set; } = null!;

    /// <summary>The image the other side is to get.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Target { get; set; } = null!;

    /// <summary>The archive to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(Path, () => Paths.ResolveLiteral(Path), out var output))
            return;
        var request = MakeRequest(output);
        var operation = new CreateDelta(Transports);
        if (DryRun)
            Emit(Path, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(output, $"Create delta from {Baseline} to {Target}"))
            Emit(Path, (events, token) => operation.RunAsync(request, events, token));
    }

    private CreateDeltaRequest MakeRequest(string output) => new()
    {
        Baseline = Baseline,
        Target = Target,
        OutputPath = output,
        Encoding = Encoding,
        Overwrite = Force,
        WorkDirectory = SpoolFolder,
        CreatedAt = CreatedAt,
    };
}
