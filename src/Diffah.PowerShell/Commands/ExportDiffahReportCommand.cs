using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Writes a page to look at, or release notes, of delta archives or of how two images compare.</summary>
[Cmdlet(VerbsData.Export, "DiffahReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Export-DiffahReport" + HelpPages.Suffix)]
[OutputType(typeof(ExportedReport))]
public sealed class ExportDiffahReportCommand : RegistryCommand
{
    private const string ImageSet = "Image";

    /// <summary>The delta archive; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArchivePathTransformation]
    [ArgumentCompleter(typeof(ArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Path { get; set; } = [];

    /// <summary>The delta archive; wildcard characters stand for themselves.</summary>
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// The baseline the delta was made from, or the baselines by the images' names: what they change is told then.
    /// </summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [NamedReferencesTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public NamedReferences? Baseline { get; set; }

    /// <summary>Images that have what the baselines lack; for archives of version 2.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet)]
    [ImageReferenceTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] AdditionalBaseline { get; set; } = [];

    /// <summary>The image that is compared with.</summary>
    [Parameter(ParameterSetName = ImageSet, Mandatory = true, HelpMessage = HelpMessages.ReferenceImage,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference ReferenceImage { get; set; } = null!;

    /// <summary>The image that is compared.</summary>
    [Parameter(ParameterSetName = ImageSet, Mandatory = true, HelpMessage = HelpMessages.DifferenceImage,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference DifferenceImage { get; set; } = null!;

    /// <summary>The report to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Report, Position = 1,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ReportCompleter))]
    public string DestinationPath { get; set; } = "";

    /// <summary>The language of the report; the default goes by the ending of its name.</summary>
    [Parameter]
    public ReportFormat Format { get; set; }

    /// <summary>The heading of the report; the default is what it is of.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>The file of the public key that the archive must be signed with.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet)]
    [Alias("Key")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PublicKeyCompleter))]
    public string? VerificationKey { get; set; }

    /// <summary>Classes of differences that are passed over.</summary>
    [Parameter(ParameterSetName = ImageSet)]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public IgnoredDifferences[] Ignore { get; set; } = [];

    /// <summary>Passes over all that two builds of one source differ in though they do the same.</summary>
    [Parameter(ParameterSetName = ImageSet)]
    public SwitchParameter Semantic { get; set; }

    /// <summary>Paths that are passed over, with globs.</summary>
    [Parameter(ParameterSetName = ImageSet)]
    [ValidateNotNullOrEmpty]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] ExcludePath { get; set; } = [];

    /// <summary>Compares the file systems that all layers make, whatever the layers are.</summary>
    [Parameter(ParameterSetName = ImageSet)]
    public SwitchParameter Squash { get; set; }

    /// <summary>Tells the lines that differ of texts.</summary>
    [Parameter(ParameterSetName = ImageSet)]
    public SwitchParameter Content { get; set; }

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The folder to spool in; the default is DIFFAH_WORKDIR, or the system's temporary folder.</summary>
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

    private bool ComparesImages => ParameterSetName == ImageSet;

    private ArchivePaths Archives => ArchivePaths.Of(ParameterSetName, Path, LiteralPath, Paths);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var target = ComparesImages ? (object)DifferenceImage
            : Archives.Given is [var only] ? only : Archives.Given;
        if (TryFor(target, MakeRequest, out var request) && ShouldProcess(
            request.OutputPath, $"Write report of {request.Archive?.ArchivePath ?? DifferenceImage.ToString()}"))
            Emit(target, (events, token) => new ExportReport(Transports).RunAsync(request, events, token));
    }

    private ExportReportRequest MakeRequest() => new()
    {
        Archive = ComparesImages ? null : MakeArchive(),
        Comparison = ComparesImages ? MakeComparison() : null,
        OutputPath = Paths.ResolveLiteral(DestinationPath),
        Format = MyInvocation.BoundParameters.ContainsKey(nameof(Format)) ? Format : null,
        Title = Title,
        Overwrite = Effective.Get(Knobs.Force),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        FilesInUse = FilesInUse(),
    };

    private ReadArchiveChangesRequest MakeArchive() => new()
    {
        ArchivePath = Archives.ResolveOne("A report is of one archive", "Path and DestinationPath"),
        VerificationKeyPath = KeyPaths.Resolve(Paths, VerificationKey),
        Baseline = Baseline?.Only,
        Baselines = Baseline?.ByName ?? ImmutableSortedDictionary<string, ImageReference>.Empty,
        AdditionalBaselines = [.. AdditionalBaseline],
        Platform = Given.Says(Knobs.Platform) ? Given.Get(Knobs.Platform) : null,
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
    };

    private CompareImagesRequest MakeComparison() => new()
    {
        ReferenceImage = ReferenceImage,
        DifferenceImage = DifferenceImage,
        Platform = Effective.Get(Knobs.Platform),
        RequirePlatform = Given.Says(Knobs.Platform),
        Options = new()
        {
            Ignore = Ignore.Aggregate(
                Semantic ? IgnoredDifferences.Semantic : IgnoredDifferences.None, (sum, one) => sum | one),
            ExcludePaths = [.. ExcludePath],
            Squash = Squash,
            IncludeContent = Content,
        },
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
    };
}
