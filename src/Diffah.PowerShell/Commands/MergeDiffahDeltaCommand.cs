using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Makes one delta archive of several that are applied one after the other.</summary>
[Cmdlet(VerbsData.Merge, "DiffahDelta", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Folder + "Merge-DiffahDelta" + HelpPages.Suffix)]
[OutputType(typeof(DeltaArchive), typeof(DeltaPlan))]
public sealed class MergeDiffahDeltaCommand : ProducerCommand
{
    /// <summary>
    /// The deltas in the order in which they are applied; wildcard characters stand for themselves.
    /// </summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.Archive, Position = 0,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArchivePathTransformation]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Delta { get; set; } = [];

    /// <summary>The archive to write; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.NewArchive, Position = 1,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    public string Path { get; set; } = "";

    /// <summary>
    /// The image that the first delta was made from, or such images by the names of a bundle's.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NamedReferencesTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public NamedReferences? Baseline { get; set; }

    /// <summary>The file of the public key that all deltas must be signed with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PublicKeyCompleter))]
    public string? VerificationKey { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TryFor(Path, MakeRequest, out var request))
            return;
        var operation = new MergeDeltas(Transports);
        if (DryRun)
            Emit(Path, (events, token) => operation.PlanAsync(request, events, token));
        else if (ShouldProcess(request.OutputPath, $"Merge {string.Join(", ", Delta)}"))
            Emit(Path, (events, token) => operation.RunAsync(request, events, token));
    }

    private MergeDeltasRequest MakeRequest() => Complete(new MergeDeltasRequest
    {
        ArchivePaths = [.. Delta.Select(Paths.ResolveLiteral)],
        OutputPath = Paths.ResolveLiteral(Path),
        VerificationKeyPath = KeyPaths.Resolve(Paths, VerificationKey),
        Baseline = Baseline?.Only,
        Baselines = Baseline?.ByName ?? ImmutableSortedDictionary<string, ImageReference>.Empty,
    });
}
