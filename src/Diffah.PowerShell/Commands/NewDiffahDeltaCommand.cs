using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Deltas;
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
    private const string DockerfileSet = "Dockerfile";
    private const string FromImageSet = "BaselineFromImage";

    private static readonly ImmutableSortedDictionary<string, string> NoArguments =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The image the other side has; several, where it has any one of them, or all.
    /// </summary>
    [Parameter(ParameterSetName = BaselineSet, Mandatory = true, HelpMessage = HelpMessages.Baseline, Position = 0,
        ValueFromPipelineByPropertyName = true)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [ValidateNotNullOrEmpty]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] Baseline { get; set; } = [];

    /// <summary>Whether the other side has any one of several baselines, or all of them.</summary>
    [Parameter(ParameterSetName = BaselineSet, ValueFromPipelineByPropertyName = true)]
    public BaselineMode BaselineMode { get; set; }

    /// <summary>A file with the manifest of the image the other side has, where the image itself is gone.</summary>
    [Parameter(ParameterSetName = ManifestSet, Mandatory = true, HelpMessage = HelpMessages.BaselineManifest,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string? BaselineManifest { get; set; }

    /// <summary>
    /// The Dockerfile that the target was built by: the baseline is the image that its last stage is built on.
    /// </summary>
    [Parameter(ParameterSetName = DockerfileSet, Mandatory = true, HelpMessage = HelpMessages.Dockerfile,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FileCompleter))]
    public string? Dockerfile { get; set; }

    /// <summary>What the build was given for the Dockerfile's variables, by their names.</summary>
    [Parameter(ParameterSetName = DockerfileSet, ValueFromPipelineByPropertyName = true)]
    public IDictionary? BuildArg { get; set; }

    /// <summary>The baseline is the image that the target says it is built on.</summary>
    [Parameter(ParameterSetName = FromImageSet, Mandatory = true, HelpMessage = HelpMessages.BaselineFromImage,
        ValueFromPipelineByPropertyName = true)]
    public SwitchParameter BaselineFromImage { get; set; }

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

    /// <summary>
    /// Makes the archive of the images of all platforms that the target's index lists, and of the index itself.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter AllPlatforms { get; set; }

    /// <summary>Takes along what refers to the target: signatures, SBOMs and attestations.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter IncludeReferrers { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(Path, MakeRequest, out var request))
            return;
        var operation = new CreateDelta(Transports);
        if (DryRun)
            Emit(Path, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(request.OutputPath, $"Create delta from {ShownBaseline} to {Target}"))
            Emit(Path, (events, token) => operation.RunAsync(request, events, token));
    }

    private string ShownBaseline => ParameterSetName switch
    {
        ManifestSet => BaselineManifest!,
        DockerfileSet => $"what {Dockerfile} builds on",
        FromImageSet => "what it is built on",
        _ => string.Join(BaselineMode == BaselineMode.All ? " and " : " or ", Baseline.AsEnumerable()),
    };

    private CreateDeltaRequest MakeRequest() => Complete(new CreateDeltaRequest
    {
        Baseline = ParameterSetName == BaselineSet ? Baseline[0] : null,
        OtherBaselines = ParameterSetName == BaselineSet ? [.. Baseline.Skip(1)] : [],
        NeedsAllBaselines = BaselineMode == BaselineMode.All,
        BaselineManifestPath = ParameterSetName == ManifestSet ? Paths.ResolveLiteral(BaselineManifest!) : null,
        DockerfilePath = ParameterSetName == DockerfileSet ? Paths.ResolveLiteral(Dockerfile!) : null,
        BuildArguments = ParameterSetName == DockerfileSet ? ReadBuildArguments() : NoArguments,
        IsBaselineFromImage = ParameterSetName == FromImageSet && BaselineFromImage,
        Target = Target,
        AllPlatforms = AllPlatforms,
        IncludeReferrers = IncludeReferrers,
        OutputPath = Paths.ResolveLiteral(Path),
    });

    // Names of variables count letter by letter, though those of a hashtable don't.
    private ImmutableSortedDictionary<string, string> ReadBuildArguments()
    {
        var arguments = NoArguments.ToBuilder();
        foreach (DictionaryEntry entry in BuildArg ?? new Hashtable())
            arguments[Text(entry.Key)] = Text(entry.Value);
        return arguments.ToImmutable();

        static string Text(object? value) => LanguagePrimitives.ConvertTo<string>(value) ?? "";
    }
}
