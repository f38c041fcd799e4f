using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>
/// Rebuilds images from a delta archive, or a chain of them, and the baselines that the first was made from.
/// </summary>
[Cmdlet(VerbsData.Restore, "DiffahImage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Restore-DiffahImage" + HelpPages.Suffix)]
[OutputType(typeof(RestoredImage), typeof(RestoreOutcome), typeof(RestorePlan), typeof(PullPlan))]
public sealed class RestoreDiffahImageCommand : ArchiveSourceCommand
{
    /// <summary>The image that is wanted, in a registry; published deltas are looked for.</summary>
    [Parameter(ParameterSetName = ArchivePaths.ImageSet, Mandatory = true, HelpMessage = HelpMessages.NamedImage,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Image { get; set; } = null!;

    /// <summary>
    /// A folder in which what is fetched of a registry stays until the image is there, so that another run goes on with
    /// it.
    /// </summary>
    [Parameter(ParameterSetName = ArchivePaths.ImageSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ResumeDirectory { get; set; }

    /// <summary>The baseline the delta was made from, or the baselines by the images' names.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.Baseline,
        Position = 1, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true, HelpMessage = HelpMessages.Baseline,
        Position = 1, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.ImageSet, Mandatory = true, HelpMessage = HelpMessages.Baseline,
        Position = 1, ValueFromPipelineByPropertyName = true)]
    [NamedReferencesTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public NamedReferences Baseline { get; set; } = null!;

    /// <summary>Where the image goes, or the images by their names.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.Destination,
        Position = 2, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true, HelpMessage = HelpMessages.Destination,
        Position = 2, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.ImageSet, Mandatory = true, HelpMessage = HelpMessages.Destination,
        Position = 2, ValueFromPipelineByPropertyName = true)]
    [NamedReferencesTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public NamedReferences Destination { get; set; } = null!;

    /// <summary>A JSON file that says where the images go, by their names.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSpecSet, Mandatory = true,
        HelpMessage = HelpMessages.DestinationSpec)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSpecSet, Mandatory = true,
        HelpMessage = HelpMessages.DestinationSpec)]
    [Alias("OutputSpec")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string? DestinationSpec { get; set; }

    /// <summary>Names of the images to restore; the default is all that have a baseline and a destination.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Name { get; set; } = [];

    /// <summary>Restores all images, or none.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>
    /// Converts an image where the destination can't hold it as it is; its manifest's digest changes then.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowConvert { get; set; }

    /// <summary>
    /// Layers rebuilt and written at the same time, 1 to 1024, where the destination takes several; the default is what
    /// it takes.
    /// </summary>
    [Parameter]
    public int Workers { get; set; }

    /// <summary>Bytes of memory that patches being applied may be estimated at, all together; 0 is no limit.</summary>
    [Parameter]
    [ByteSizeTransformation]
    public long MemoryBudget { get; set; } = Knobs.MemoryBudget.Default;

    /// <summary>Replaces an image that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what would be done, in place of doing it.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ArchivePaths.ImageSet)
        {
            RestoreByName();
            return;
        }
        var archives = Archives;
        if (!TryFor(archives.Given is [var only] ? only : archives.Given, archives.ResolveChain, out var chain))
            return;
        var target = archives.Target(archives.Given[^1], chain[^1]);
        if (!TryFor(target, () => MakeRequest(chain), out var request))
            return;
        if (request is RestoreImageRequest one)
            RestoreOne(target, one);
        else
            RestoreMany(target, (RestoreBundleRequest)request);
    }

    private void RestoreByName()
    {
        var target = Image.ToString();
        if (!TryFor(target, MakePull, out var request))
            return;
        var operation = new PullImage(Transports);
        if (DryRun)
            Emit(target, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(request.Destination.ToString(), $"Restore image {target} from {request.Baseline}"))
            Emit(target, (events, token) => operation.RestoreAsync(request, events, token));
    }

    private PullImageRequest MakePull() =>
        MakeRequest([Image.ToString()]) is RestoreImageRequest one && Name.Length == 0
        ? PullImageRequest.Of(Image, one) with
        {
            ResumeDirectory = ResumeDirectory is { } folder ? Paths.ResolveLiteral(folder) : null,
        }
        : throw new DiffahException(DiffahErrors.InvalidArgument,
            "Image is one image, and several are named.", "Give one Baseline and one Destination, without names.");

    private void RestoreOne(string target, RestoreImageRequest request)
    {
        var operation = new RestoreImage(Transports);
        if (DryRun)
            Emit(target, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(
            request.Destination.ToString(), $"Restore image from {Named(request)} and {request.Baseline}"))
            Emit(target, (events, token) => operation.RunAsync(request, events, token));
    }

    private void RestoreMany(string target, RestoreBundleRequest request)
    {
        var operation = new RestoreBundle(Transports);
        if (DryRun)
            Emit(target, (events, token) => operation.PlanAsync(request, events, token));
        else if (Ask(request) is { } agreed)
            EmitEach(target, async (events, token) => (await operation.RunAsync(agreed, events, token)).Images);
    }

    // Asks once a destination. An image that is declined is left out, and nothing is said of it.
    private RestoreBundleRequest? Ask(RestoreBundleRequest request)
    {
        var asked = request.Destinations.Where(one => request.Names.IsEmpty || request.Names.Contains(one.Key))
            .ToList();
        var declined = asked.Where(one => !ShouldProcess(one.Value.ToString(),
            $"Restore image {one.Key} from {Named(request)}")).Select(one => one.Key).ToList();
        return asked.Count > 0 && declined.Count == asked.Count
            ? null
            : request with { Declined = [.. declined] };
    }

    private static string Named(RestoreRequest request) =>
        string.Join(", ", request.PrecedingArchivePaths.Append(request.ArchivePath));

    private RestoreRequest MakeRequest(IReadOnlyList<string> chain)
    {
        var images = HasSpecs
            ? RestoredReferences.Read(Paths.ResolveLiteral(BaselineSpec!), Paths.ResolveLiteral(DestinationSpec!))
            : new RestoredReferences(Baseline, Destination);
        return images.ToRequest(chain[^1], Name, Strict) with
        {
            PrecedingArchivePaths = [.. chain.SkipLast(1)],
            VerificationKeyPath = KeyPath,
            AdditionalBaselines = [.. AdditionalBaseline],
            Platform = PlatformGiven,
            AllowConvert = AllowConvert,
            Overwrite = Effective.Get(Knobs.Force),
            Workers = Effective.Find(Knobs.Workers),
            MemoryBudget = Effective.Get(Knobs.MemoryBudget),
            MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
            WorkDirectory = SpoolFolder,
            FilesInUse = FilesInUse(
                HasSpecs ? [Paths.ResolveLiteral(BaselineSpec!), Paths.ResolveLiteral(DestinationSpec!)] : []),
        };
    }
}
