using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Says whether delta archives are whole, signed, and good for the baselines that are there.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DiffahArchive", DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Test-DiffahArchive" + HelpPages.Suffix)]
[OutputType(typeof(ArchiveFinding), typeof(bool))]
public sealed class TestDiffahArchiveCommand : ArchiveSourceCommand
{
    /// <summary>
    /// The baseline, or the baselines by the images' names: these images are rebuilt, and written nowhere.
    /// </summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Position = 1, ValueFromPipelineByPropertyName = true)]
    [NamedReferencesTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public NamedReferences? Baseline { get; set; }

    /// <summary>Finds fault with an image that has no baseline.</summary>
    [Parameter]
    public SwitchParameter RequireBaseline { get; set; }

    /// <summary>Gives true for an archive where no check fails, false otherwise, in place of the findings.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archives = Archives;
        foreach (var given in archives.Given)
        {
            if (!TryFor(given, () => archives.Resolve(given), out var found))
                continue;
            foreach (var archive in found)
                Test(archives.Target(given, archive), archive);
        }
    }

    private void Test(string target, string archive)
    {
        if (!TryFor(target, () => MakeRequest(archive), out var request)
            || !TryFor(
                target, () => Run((events, token) => new VerifyArchive(Transports).RunAsync(request, events, token)),
                out var verification))
            return;
        if (Quiet)
            WriteObject(verification.IsValid);
        else
            WriteObject(verification.Findings.Select(finding => WithPath(finding, verification.Path)),
                enumerateCollection: true);
    }

    // Findings of several archives in one pipeline tell which archive each is about.
    private static PSObject WithPath(ArchiveFinding finding, string path)
    {
        var wrapped = PSObject.AsPSObject(finding);
        wrapped.Properties.Add(new PSNoteProperty("Path", path));
        return wrapped;
    }

    private VerifyArchiveRequest MakeRequest(string archive) => new()
    {
        ArchivePath = archive,
        VerificationKeyPath = KeyPath,
        Baseline = Baseline?.Only,
        Baselines = BaselinesByName(Baseline),
        AdditionalBaselines = [.. AdditionalBaseline],
        RequireBaseline = RequireBaseline,
        Platform = PlatformGiven,
        WorkDirectory = SpoolFolder,
        MaxLayerSize = Effective.Get(Knobs.MaxLayerSize),
    };
}
