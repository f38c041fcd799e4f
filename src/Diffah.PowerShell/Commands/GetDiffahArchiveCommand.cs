using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Says what is in delta archives, and what they change of their baselines.</summary>
[Cmdlet(VerbsCommon.Get, "DiffahArchive", DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Get-DiffahArchive" + HelpPages.Suffix)]
[OutputType(typeof(DeltaArchive))]
public sealed class GetDiffahArchiveCommand : ArchiveSourceCommand
{
    /// <summary>The baseline, or the baselines by the images' names: with -Changes, what the archive changes.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Position = 1, ValueFromPipelineByPropertyName = true)]
    [NamedReferencesTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public NamedReferences? Baseline { get; set; }

    /// <summary>Tells what the images change of their baselines; nothing is restored.</summary>
    [Parameter]
    public SwitchParameter Changes { get; set; }

    /// <summary>With -Changes, tells the packages that change, too.</summary>
    [Parameter]
    public SwitchParameter Package { get; set; }

    /// <summary>With -Changes, tells the lines that differ of texts.</summary>
    [Parameter]
    public SwitchParameter Content { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Require(CheckSwitches);
        // It may be a default for all commands of the session.
        if (!Changes && (Baseline is not null || HasSpecs))
            WriteWarning($"{(HasSpecs ? "-BaselineSpec" : "-Baseline")} has no effect without -Changes.");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archives = Archives;
        foreach (var given in archives.Given)
        {
            if (TryFor(given, () => archives.Resolve(given), out var found))
                Emit(found, path => archives.Target(given, path));
        }
    }

    private bool CheckSwitches() => !Changes && (Package || Content)
        ? throw new DiffahException(DiffahErrors.InvalidArgument,
            $"{(Package ? "-Package" : "-Content")} is given without -Changes.", "Give -Changes and a baseline, too.")
        : true;

    private void Emit(IReadOnlyList<string> archives, Func<string, string> target)
    {
        foreach (var archive in archives)
        {
            if (!Changes)
                Emit(target(archive), (events, token) => InspectArchive.RunAsync(
                    archive, KeyPath, StandardStreams.None, events, token));
            else if (TryFor(target(archive), () => MakeRequest(archive), out var request))
                Emit(target(archive),
                    (events, token) => new ReadArchiveChanges(Transports).RunAsync(request, events, token));
        }
    }

    private ReadArchiveChangesRequest MakeRequest(string archive)
    {
        var request = new ReadArchiveChangesRequest
        {
            ArchivePath = archive,
            VerificationKeyPath = KeyPath,
            Baseline = Baseline?.Only,
            Baselines = BaselinesByName(Baseline),
            AdditionalBaselines = [.. AdditionalBaseline],
            Platform = PlatformGiven,
            IncludePackages = Package,
            WorkDirectory = SpoolFolder,
            MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
        };
        return request with { Options = request.Options with { IncludeContent = Content } };
    }
}
