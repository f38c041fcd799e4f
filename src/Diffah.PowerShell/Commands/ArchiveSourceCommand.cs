using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Specs;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>
/// What the cmdlets share that read delta archives with their baselines: which archives, their signature, and where to
/// spool.
/// </summary>
public abstract class ArchiveSourceCommand : RegistryCommand
{
    /// <summary>Delta archives; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ArchivePaths.PathSpecSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
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
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSpecSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A JSON file with the baselines by the images' names.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSpecSet, Mandatory = true, HelpMessage = HelpMessages.BaselineSpec)]
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSpecSet, Mandatory = true,
        HelpMessage = HelpMessages.BaselineSpec)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JsonFileCompleter))]
    public string? BaselineSpec { get; set; }

    /// <summary>Images that have what the baselines lack; for archives of version 2.</summary>
    [Parameter]
    [ImageReferenceTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageReferenceCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public ImageReference[] AdditionalBaseline { get; set; } = [];

    /// <summary>The file of the public key that the archive must be signed with.</summary>
    [Parameter]
    [Alias("Key")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PublicKeyCompleter))]
    public string? VerificationKey { get; set; }

    /// <summary>
    /// Which image of a baseline index is meant, os/arch[/variant]; the default is the archive's platform.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string? Platform { get; set; }

    /// <summary>The folder to spool in.</summary>
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

    /// <summary>What was passed, and what it means.</summary>
    private protected ArchivePaths Archives => ArchivePaths.Of(ParameterSetName, Path, LiteralPath, Paths);

    /// <summary>Whether files name the images.</summary>
    private protected bool HasSpecs => ParameterSetName is ArchivePaths.PathSpecSet or ArchivePaths.LiteralPathSpecSet;

    /// <summary>Absolute path of the public key, or what is no path; null where none was given.</summary>
    private protected string? KeyPath { get; private set; }

    /// <summary>The platform that was given, or null.</summary>
    private protected Engine.Oci.Platform? PlatformGiven { get; private set; }

    /// <summary>The folder to spool in, absolute; null is the operation's own choice.</summary>
    private protected string? SpoolFolder { get; private set; }

    /// <summary>The baselines by the images' names, of a file or of a parameter; empty where there are none.</summary>
    /// <param name="given">What a parameter says.</param>
    /// <exception cref="DiffahException">SpecFileInvalid, FileNotFound.</exception>
    private protected ImmutableSortedDictionary<string, ImageReference> BaselinesByName(NamedReferences? given) =>
        HasSpecs
            ? SpecFiles.ReadBaselines(Paths.ResolveLiteral(BaselineSpec!))
            : given?.ByName ?? ImmutableSortedDictionary<string, ImageReference>.Empty;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        KeyPath = Require(() => KeyPaths.Resolve(Paths, VerificationKey));
        PlatformGiven = Given.Says(Knobs.Platform) ? Given.Get(Knobs.Platform) : null;
        SpoolFolder = Effective.Get(Knobs.WorkDirectory);
    }
}
