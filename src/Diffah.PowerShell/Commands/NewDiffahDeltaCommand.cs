using System.Management.Automation;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Makes a delta archive that turns one image into another.</summary>
[Cmdlet(VerbsCommon.New, "DiffahDelta", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = BaselineSet,
    HelpUri = HelpPages.Folder + "New-DiffahDelta" + HelpPages.Suffix)]
[OutputType(typeof(DeltaArchive), typeof(DeltaPlan))]
public sealed class NewDiffahDeltaCommand : ProducerCommand
{
    private const string BaselineSet = "Baseline";
    private const string ManifestSet = "BaselineManifest";

    /// <summary>The image the other side has.</summary>
    [Parameter(ParameterSetName = BaselineSet, Mandatory = true, HelpMessage = HelpMessages.Baseline, Position = 0,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference? Baseline { get; set; }

    /// <summary>A file with the manifest of the image the other side has, where the image itself is gone.</summary>
    [Parameter(ParameterSetName = ManifestSet, Mandatory = true, HelpMessage = HelpMessages.BaselineManifest,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string? BaselineManifest { get; set; }

    /// <summary>The image the other side is to get.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Target, Position = 1,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Target { get; set; } = null!;

    /// <summary>The archive to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.NewArchive, Position = 2,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(Path, MakeRequest, out var request))
            return;
        var operation = new CreateDelta(Transports);
        if (DryRun)
            Emit(Path, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(
            request.OutputPath, $"Create delta from {Baseline?.ToString() ?? BaselineManifest} to {Target}"))
            Emit(Path, (events, token) => operation.RunAsync(request, events, token));
    }

    private CreateDeltaRequest MakeRequest() => Complete(new CreateDeltaRequest
    {
        Baseline = ParameterSetName == ManifestSet ? null : Baseline,
        BaselineManifestPath = ParameterSetName == ManifestSet ? Paths.ResolveLiteral(BaselineManifest!) : null,
        Target = Target,
        OutputPath = Paths.ResolveLiteral(Path),
    });
}
