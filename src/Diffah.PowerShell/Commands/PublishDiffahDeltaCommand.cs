using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Puts delta archives into a registry, beside the image that they make.</summary>
[Cmdlet(VerbsData.Publish, "DiffahDelta", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Publish-DiffahDelta" + HelpPages.Suffix)]
[OutputType(typeof(DeltaPublication))]
public sealed class PublishDiffahDeltaCommand : RegistryCommand
{
    /// <summary>Delta archives; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArchivePathTransformation]
    [ArgumentCompleter(typeof(ArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Path { get; set; } = [];

    /// <summary>Delta archives; wildcard characters stand for themselves.</summary>
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The image that the deltas make, or its repository.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.PublishedImage, Position = 1)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Image { get; set; } = null!;

    /// <summary>The file of the public key that the archive must be signed with.</summary>
    [Parameter]
    [Alias("Key")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PublicKeyCompleter))]
    public string? VerificationKey { get; set; }

    /// <summary>The folder to spool in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? WorkDirectory { get; set; }

    private ArchivePaths Archives => ArchivePaths.Of(ParameterSetName, Path, LiteralPath, Paths);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archives = Archives;
        foreach (var given in archives.Given)
        {
            if (!TryFor(given, () => archives.Resolve(given), out var found))
                continue;
            foreach (var archive in found)
                Publish(archives.Target(given, archive), archive);
        }
    }

    private void Publish(string target, string archive)
    {
        if (ShouldProcess(Image.ToString(), $"Publish delta {archive}"))
            Emit(target, (events, token) => new PublishDelta(Transports).RunAsync(MakeRequest(archive), events, token));
    }

    private PublishDeltaRequest MakeRequest(string archive) => new()
    {
        ArchivePath = archive,
        Image = Image,
        VerificationKeyPath = KeyPaths.Resolve(Paths, VerificationKey),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
    };
}
