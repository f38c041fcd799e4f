using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Rebuilds an image from a delta archive and the baseline it was made from.</summary>
[Cmdlet(VerbsData.Restore, "DiffahImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = PathSet)]
[OutputType(typeof(RestoredImage), typeof(RestorePlan))]
public sealed class RestoreDiffahImageCommand : ArchivePathCommand
{
    private string? _workDirectory;
    private Engine.Oci.Platform? _platform;

    /// <summary>The baseline the delta was made from.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Baseline { get; set; } = null!;

    /// <summary>Where the image goes.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Destination { get; set; } = null!;

    /// <summary>Which image of a baseline index is meant, os/arch[/variant]; the default is the archive's platform.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string? Platform { get; set; }

    /// <summary>The folder to spool in; the default is DIFFAH_WORKDIR, or the folder of the destination.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkDirectory { get; set; }

    /// <summary>Replaces an image that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what would be done, in place of doing it.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _platform = Require(() => Platform is null ? null : Engine.Oci.Platform.Parse(Platform));
        _workDirectory = Require(() => ResolveWorkDirectory(WorkDirectory));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(GivenPaths is [var only] ? only : GivenPaths, ResolveArchive, out var archive))
            return;
        var target = Target(GivenPaths[0], archive);
        var request = MakeRequest(archive);
        var operation = new RestoreImage(TransportCatalog.Default);
        if (DryRun)
            Emit(target, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(Destination.ToString(), $"Restore image from {archive} and {Baseline}"))
            Emit(target, (events, token) => operation.RunAsync(request, events, token));
    }

    // One destination holds one image.
    private string ResolveArchive() => GivenPaths.SelectMany(Resolve).ToList() switch
    {
        [var archive] => archive,
        [] => throw new DiffahException(DiffahErrors.FileNotFound, $"No file matches '{string.Join("', '", GivenPaths)}'."),
        var several => throw new DiffahException(DiffahErrors.InvalidArgument, $"One archive is restored to one destination, and {several.Count} were given: {string.Join(", ", several)}.",
            "Give one archive, or pipe objects that have Path, Baseline and Destination."),
    };

    private RestoreImageRequest MakeRequest(string archive) => new()
    {
        ArchivePath = archive,
        Baseline = Baseline,
        Destination = Destination,
        Platform = _platform,
        Overwrite = Force,
        WorkDirectory = _workDirectory,
    };
}
