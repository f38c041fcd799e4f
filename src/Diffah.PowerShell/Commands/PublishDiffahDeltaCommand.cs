using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Security;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>
/// Puts delta archives into a registry, beside the image that they make; or makes those that a policy wants for it.
/// </summary>
[Cmdlet(VerbsData.Publish, "DiffahDelta", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Publish-DiffahDelta" + HelpPages.Suffix)]
[OutputType(typeof(DeltaPublication))]
public sealed class PublishDiffahDeltaCommand : RegistryCommand
{
    private const string PolicySet = "Policy";

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
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.PublishedImage,
        Position = 1)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true,
        HelpMessage = HelpMessages.PublishedImage, Position = 1)]
    [Parameter(ParameterSetName = PolicySet, Mandatory = true, HelpMessage = HelpMessages.PublishedImage,
        Position = 0)]
    [ImageReferenceTransformation]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    public ImageReference Image { get; set; } = null!;

    /// <summary>Which of the versions before the image get a delta.</summary>
    [Parameter(ParameterSetName = PolicySet, Mandatory = true, HelpMessage = HelpMessages.Policy)]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    [ValidateNotNullOrEmpty]
    public string Policy { get; set; } = "";

    /// <summary>
    /// Tags of the versions before the image in its repository, the oldest first; without it those that are versions in
    /// numbers as the image's is.
    /// </summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ValidateNotNullOrEmpty]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Previous { get; set; } = [];

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>How much work is put into patches of contents.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    public EncodingEffort Effort { get; set; } = Knobs.Effort.Default;

    /// <summary>Layers read and encoded at the same time, 1 to 1024.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ArgumentCompleter(typeof(WorkerCountCompleter))]
    public int Workers { get; set; } = Knobs.Workers.Default;

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MemoryBudget { get; set; } = Knobs.MemoryBudget.Default;

    /// <summary>Bytes that a layer may expand to; 0 is no limit.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MaxLayerSize { get; set; } = Knobs.MaxLayerSize.Default;

    /// <summary>The file of the private key to sign the deltas with.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PrivateKeyCompleter))]
    public string? SigningKey { get; set; }

    /// <summary>The passphrase of the private key.</summary>
    [Parameter(ParameterSetName = PolicySet)]
    [SecretTransformation]
    public SecureString? SigningPassphrase { get; set; }

    /// <summary>The file of the public key that the archive must be signed with.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet)]
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
        if (ParameterSetName == PolicySet)
            PublishByPolicy();
        else
            PublishArchives();
    }

    private void PublishArchives()
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

    private void PublishByPolicy()
    {
        var operation = new PublishByPolicy(Transports);
        if (!TryFor(Image, MakePolicyRequest, out var asked)
            || !TryFor(
                Image, () => Run((events, token) => operation.ChooseAsync(asked, events, token)), out var choice))
            return;
        var request = asked with { Previous = choice.Previous };
        var isDone = true;
        foreach (var version in choice.Chosen)
        {
            if (!ShouldProcess(Image.ToString(), $"Publish a delta from {version}"))
                isDone = false;
            else if (TryFor(Image, () => Run(
                (events, token) => operation.PublishAsync(request, version, events, token)), out var published))
                WriteObject(published);
            else
                isDone = false;
        }
        // Which older deltas have no use any longer, the operation tells on the verbose stream.
        if (isDone)
            TryFor(Image, () => Run((events, token) => operation.FindUnkeptAsync(request, events, token)), out _);
    }

    private PublishByPolicyRequest MakePolicyRequest()
    {
        if (SigningKey is null && SigningPassphrase is not null)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, "There is a passphrase and no key.", "Name the key with -SigningKey.");
        var encoding = Effective.ToEncodingOptions() with { RequirePlatform = Given.Says(Knobs.Platform) };
        encoding.Validate();
        return new PublishByPolicyRequest
        {
            Image = Image,
            Previous = [.. Previous],
            Policy = Policy,
            Encoding = encoding,
            SigningKey = KeyPaths.Resolve(Paths, SigningKey) is { } key
                ? new SigningKeySource(key, Secrets.Reveal(SigningPassphrase)) : null,
            CreatedAt = HostEnvironment.SourceDate,
            WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        };
    }

    private PublishDeltaRequest MakeRequest(string archive) => new()
    {
        ArchivePath = archive,
        Image = Image,
        VerificationKeyPath = KeyPaths.Resolve(Paths, VerificationKey),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
    };
}
