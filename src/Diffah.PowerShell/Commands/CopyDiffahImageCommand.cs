using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Copies an image from any transport to any other, digest for digest.</summary>
[Cmdlet(VerbsCommon.Copy, "DiffahImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Folder + "Copy-DiffahImage" + HelpPages.Suffix)]
[OutputType(typeof(CopiedImage))]
public sealed class CopyDiffahImageCommand : RegistryCommand
{
    /// <summary>The image to copy.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Image, Position = 0,
        ValueFromPipelineByPropertyName = true)]
    [Alias("Reference")]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Source { get; set; } = null!;

    /// <summary>Where it goes.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Destination, Position = 1,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Destination { get; set; } = null!;

    /// <summary>
    /// An earlier image that is there: only what differs is fetched, by published deltas where they are.
    /// </summary>
    [Parameter]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference? Baseline { get; set; }

    /// <summary>
    /// A folder in which what is fetched of a registry stays until the image is there, so that another run goes on with
    /// it; with Baseline.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ResumeDirectory { get; set; }

    /// <summary>Copies an index whole, with the images of all its platforms.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Copies what refers to the image too: signatures, SBOMs and attestations.</summary>
    [Parameter]
    public SwitchParameter IncludeReferrers { get; set; }

    /// <summary>
    /// Converts the image where the destination can't hold it as it is; its manifest's digest changes then.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowConvert { get; set; }

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>Replaces an image that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The folder to spool in; the default is DIFFAH_WORKDIR, or the folder of the destination.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? WorkDirectory { get; set; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit.
    /// </summary>
    [Parameter]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MaxLayerSize { get; set; } = Knobs.MaxLayerSize.Default;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var request = MakeRequest();
        if (Baseline is { } baseline)
            Pull(request, baseline);
        else if (ResumeDirectory is not null)
            TryFor(Source, NoBaseline, out _);
        else if (ShouldProcess(Destination.ToString(), $"Copy image from {Source}"))
            Emit(Source, (events, token) => new CopyImage(Transports).RunAsync(request, events, token));
    }

    private void Pull(CopyImageRequest copy, ImageReference baseline)
    {
        if (TryFor(Source, () => PullImageRequest.Of(copy, baseline) with
        {
            ResumeDirectory = ResumeDirectory is { } folder ? Paths.ResolveLiteral(folder) : null,
        }, out var request)
            && ShouldProcess(Destination.ToString(), $"Copy image from {Source}, of which {baseline} is there"))
            Emit(Source, (events, token) => new PullImage(Transports).CopyAsync(request, events, token));
    }

    private static PullImageRequest NoBaseline() => throw new DiffahException(DiffahErrors.InvalidArgument,
        "ResumeDirectory is for a copy with Baseline.", "Give Baseline too.");

    private CopyImageRequest MakeRequest() => new()
    {
        Source = Source,
        Destination = Destination,
        All = All,
        IncludeReferrers = IncludeReferrers,
        AllowConvert = AllowConvert,
        Platform = Effective.Get(Knobs.Platform),
        Overwrite = Effective.Get(Knobs.Force),
        RequirePlatform = Given.Says(Knobs.Platform),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
        FilesInUse = FilesInUse(),
    };
}
