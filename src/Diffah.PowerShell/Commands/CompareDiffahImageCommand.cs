using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Tells in what images differ from another one.</summary>
[Cmdlet(VerbsData.Compare, "DiffahImage", DefaultParameterSetName = DifferenceSet,
    HelpUri = HelpPages.Folder + "Compare-DiffahImage" + HelpPages.Suffix)]
[OutputType(typeof(ImageDifference), typeof(PackageChange), ParameterSetName = [DifferenceSet])]
[OutputType(typeof(ImageComparison), ParameterSetName = [SummarySet])]
[OutputType(typeof(bool), ParameterSetName = [QuietSet])]
public sealed class CompareDiffahImageCommand : RegistryCommand
{
    private const string DifferenceSet = "Difference";
    private const string SummarySet = "Summary";
    private const string QuietSet = "Quiet";

    /// <summary>The image that is compared with.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.ReferenceImage, Position = 0,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference ReferenceImage { get; set; } = null!;

    /// <summary>The image that is compared.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.DifferenceImage, Position = 1, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference DifferenceImage { get; set; } = null!;

    /// <summary>Classes of differences that are passed over.</summary>
    [Parameter]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public IgnoredDifferences[] Ignore { get; set; } = [];

    /// <summary>Passes over all that two builds of one source differ in though they do the same.</summary>
    [Parameter]
    public SwitchParameter Semantic { get; set; }

    /// <summary>Paths that are passed over, with globs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] ExcludePath { get; set; } = [];

    /// <summary>Compares the file systems that all layers make, whatever the layers are.</summary>
    [Parameter]
    public SwitchParameter Squash { get; set; }

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>Compares the images of all platforms of two indexes.</summary>
    [Parameter]
    public SwitchParameter AllPlatforms { get; set; }

    /// <summary>Tells the lines that differ of texts.</summary>
    [Parameter(ParameterSetName = DifferenceSet)]
    public SwitchParameter Content { get; set; }

    /// <summary>Tells the packages that changed, too.</summary>
    [Parameter(ParameterSetName = DifferenceSet)]
    [Parameter(ParameterSetName = SummarySet)]
    public SwitchParameter Package { get; set; }

    /// <summary>A folder for the files that differ, of both images; it is made, or empty.</summary>
    [Parameter(ParameterSetName = DifferenceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = SummarySet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ReportDirectory { get; set; }

    /// <summary>Gives what the comparison came to, in place of the differences.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Summary, ParameterSetName = SummarySet)]
    public SwitchParameter Summary { get; set; }

    /// <summary>Gives true where there is no difference, false otherwise, in place of the differences.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Quiet, ParameterSetName = QuietSet)]
    public SwitchParameter Quiet { get; set; }

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

    private bool TellsDifferences => !Quiet && !Summary;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Require(() => AllPlatforms && Given.Says(Knobs.Platform)
            ? throw new DiffahException(DiffahErrors.InvalidArgument,
                "-AllPlatforms and -Platform contradict each other.", "Leave one of them out.")
            : true);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(DifferenceImage, MakeRequest, out var request)
            || !TryFor(DifferenceImage, () => Compare(request), out var comparison))
            return;
        if (Quiet)
            WriteObject(comparison.IsEqual);
        else if (Summary)
            WriteObject(comparison);
        else
            WriteObject(comparison.Packages.Select(OfImage), enumerateCollection: true);
    }

    private ImageComparison Compare(CompareImagesRequest request) => Run<ImageComparison, ImageDifference>(
        (found, events, token) => new CompareImages(Transports).RunAsync(
            request, TellsDifferences ? found : null, events, token),
        difference => WriteObject(OfImage(difference)));

    // Differences of several images in one pipeline tell which image each is of.
    private PSObject OfImage(object found)
    {
        var wrapped = PSObject.AsPSObject(found);
        wrapped.Properties.Add(new PSNoteProperty("Image", DifferenceImage.ToString()));
        return wrapped;
    }

    private CompareImagesRequest MakeRequest() => new()
    {
        ReferenceImage = ReferenceImage,
        DifferenceImage = DifferenceImage,
        Platform = Effective.Get(Knobs.Platform),
        RequirePlatform = Given.Says(Knobs.Platform),
        AllPlatforms = AllPlatforms,
        Options = new()
        {
            Ignore = Ignore.Aggregate(
                Semantic ? IgnoredDifferences.Semantic : IgnoredDifferences.None, (sum, one) => sum | one),
            ExcludePaths = [.. ExcludePath],
            Squash = Squash,
            IncludeContent = Content,
            StopAtFirst = Quiet,
        },
        IncludePackages = Package,
        ReportDirectory = ReportDirectory is { } folder ? Paths.ResolveLiteral(folder) : null,
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
    };
}
