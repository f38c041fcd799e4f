using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Rebuilds an image from a delta archive and the baseline it was made from.</summary>
[Cmdlet(VerbsData.Restore, "DiffahImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ArchivePaths.PathSet)]
[OutputType(typeof(RestoredImage), typeof(RestorePlan))]
public sealed class RestoreDiffahImageCommand : RegistryCommand
{
    private string? _workDirectory;
    private Engine.Oci.Platform? _platform;

    /// <summary>The delta archive; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArchivePathTransformation]
    [ArgumentCompleter(typeof(ArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Path { get; set; } = [];

    /// <summary>The delta archive; wildcard characters stand for themselves.</summary>
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] LiteralPath { get; set; } = [];

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
        base.BeginProcessing();
        _platform = Require(() => Platform is null ? null : Engine.Oci.Platform.Parse(Platform));
        _workDirectory = Require(() => ResolveWorkDirectory(WorkDirectory));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archives = ArchivePaths.Of(ParameterSetName, Path, LiteralPath, Paths);
        if (!TryFor(archives.Given is [var only] ? only : archives.Given, () => ResolveOne(archives), out var archive))
            return;
        var target = archives.Target(archives.Given[0], archive);
        var request = MakeRequest(archive);
        var operation = new RestoreImage(Transports);
        if (DryRun)
            Emit(target, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(Destination.ToString(), $"Restore image from {archive} and {Baseline}"))
            Emit(target, (events, token) => operation.RunAsync(request, events, token));
    }

    // One destination holds one image.
    private static string ResolveOne(ArchivePaths archives) => archives.Given.SelectMany(archives.Resolve).ToList() switch
    {
        [var archive] => archive,
        [] => throw new DiffahException(DiffahErrors.FileNotFound, $"No file matches '{string.Join("', '", archives.Given)}'."),
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
