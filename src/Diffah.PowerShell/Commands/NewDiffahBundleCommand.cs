using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Makes one delta archive for many images.</summary>
[Cmdlet(VerbsCommon.New, "DiffahBundle", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = PairSet,
    HelpUri = HelpPages.Folder + "New-DiffahBundle" + HelpPages.Suffix)]
[OutputType(typeof(DeltaArchive), typeof(DeltaPlan))]
public sealed class NewDiffahBundleCommand : ProducerCommand
{
    private const string PairSet = "Pair";
    private const string SpecSet = "Spec";

    private readonly List<DeltaPair> _pairs = [];
    private PairReader? _reader;
    private int _refused;

    /// <summary>The archive to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.NewArchive, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    public string Path { get; set; } = "";

    /// <summary>The images: hashtables, or objects with the properties Name, Baseline and Target.</summary>
    [Parameter(ParameterSetName = PairSet, Mandatory = true, HelpMessage = HelpMessages.Pair, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public PSObject[] Pair { get; set; } = [];

    /// <summary>A JSON file with the images.</summary>
    [Parameter(ParameterSetName = SpecSet, Mandatory = true, HelpMessage = HelpMessages.Spec)]
    [Alias("SpecPath")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string? Spec { get; set; }

    /// <summary>
    /// The inventory that a site has exported: what it has is left out, and images need no baseline.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string? Since { get; set; }

    /// <summary>Images here that the site may have, to make patches from.</summary>
    [Parameter]
    [ImageReferenceTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] BaselineSource { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == SpecSet)
            return;
        _reader ??= new PairReader(Paths, needsBaseline: Since is null);
        foreach (var row in Pair)
        {
            if (TryFor(row, () => _reader.Read(row), out var pair))
                _pairs.Add(pair);
            else
                _refused++;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var pairs = Require(ReadPairs);
        if (!TryFor(Path, () => MakeRequest(pairs), out var request))
            return;
        var operation = new CreateBundle(Transports);
        if (DryRun)
            Emit(Path, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(
            request.OutputPath, $"Create bundle of {string.Join(", ", pairs.Select(pair => pair.Name))}"))
            Emit(Path, (events, token) => operation.RunAsync(request, events, token));
    }

    // Without one of its rows a bundle would be another bundle.
    private ImmutableArray<DeltaPair> ReadPairs()
    {
        if (ParameterSetName == SpecSet)
            return Since is null
                ? SpecFiles.ReadBundle(Paths.ResolveLiteral(Spec!))
                : SpecFiles.ReadTargets(Paths.ResolveLiteral(Spec!));
        if (_refused > 0)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{_refused} of {_refused + _pairs.Count} rows can't be used, so no archive was written.",
                "Correct the rows that were reported and run the command again.");
        return _pairs.Count > 0
            ? [.. _pairs]
            : throw new DiffahException(DiffahErrors.InvalidArgument, "There are no images to make a bundle of.",
                "Pipe rows with Name, Baseline and Target, or name a file with -Spec.");
    }

    private CreateBundleRequest MakeRequest(ImmutableArray<DeltaPair> pairs) =>
        Complete(
            new CreateBundleRequest
            {
                Pairs = pairs,
                SincePath = Since is null ? null : Paths.ResolveLiteral(Since),
                BaselineSources = [.. BaselineSource],
                OutputPath = Paths.ResolveLiteral(Path),
                FilesInUse = Spec is null ? [] : [Paths.ResolveLiteral(Spec)]
            });
}
