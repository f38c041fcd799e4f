using System.Management.Automation;
using System.Security;
using Diffah.Engine.Configuration;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>What the cmdlets share that make archives: the encoding's knobs, the signature, and where to spool.</summary>
public abstract class ProducerCommand : RegistryCommand
{
    private static readonly EncodingOptions Defaults = new();

    private EncodingOptions _encoding = Defaults;
    private DateTimeOffset? _createdAt;
    private string? _workDirectory;
    private string? _signingKey;
    private bool _force;

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Defaults.Platform.ToString();

    /// <summary>Whether changed layers are patched from baseline layers.</summary>
    [Parameter]
    public IntraLayerMode IntraLayer { get; set; } = Defaults.IntraLayer;

    /// <summary>Layers read and encoded at the same time, 1 to 1024.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WorkerCountCompleter))]
    public int Workers { get; set; } = Defaults.Workers;

    /// <summary>Baseline layers tried for each changed layer, 1 to 1024.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CandidateCountCompleter))]
    public int Candidates { get; set; } = Defaults.Candidates;

    /// <summary>zstd level, 1 to 22.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ZstdLevelCompleter))]
    public int ZstdLevel { get; set; } = Defaults.ZstdLevel;

    /// <summary>zstd window, log2 bytes, 10 to 31, or auto.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WindowLogCompleter))]
    public string ZstdWindowLog { get; set; } = EncodingParameters.Auto;

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    [Parameter]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MemoryBudget { get; set; } = Defaults.MemoryBudget;

    /// <summary>Whether the archive is compressed as a whole.</summary>
    [Parameter]
    public ArchiveCompression Compress { get; set; } = ArchiveCompression.None;

    /// <summary>The file of the private key to sign the archive with.</summary>
    [Parameter]
    [Alias("Key")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PrivateKeyCompleter))]
    public string? SigningKey { get; set; }

    /// <summary>The passphrase of the private key.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? SigningPassphrase { get; set; }

    /// <summary>The folder to spool in; the default is DIFFAH_WORKDIR, or the folder of the output.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? WorkDirectory { get; set; }

    /// <summary>Replaces an archive that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what would be done, in place of doing it.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _encoding = Require(ReadEncoding);
        _createdAt = Require(() => HostEnvironment.SourceDate);
        _workDirectory = Require(() => ResolveWorkDirectory(WorkDirectory));
        _signingKey = Require(ReadSigningKey);
        _force = Require(() => ReadForce(Force));
    }

    /// <summary>Adds to a request what the parameters here say.</summary>
    /// <param name="request">The request.</param>
    private protected T Complete<T>(T request) where T : CreateArchiveRequest => (T)((CreateArchiveRequest)request with
    {
        Encoding = _encoding,
        Compression = Compress,
        SigningKey = _signingKey is null ? null : new SigningKeySource(_signingKey, Secrets.Reveal(SigningPassphrase)),
        Overwrite = _force,
        WorkDirectory = _workDirectory,
        CreatedAt = _createdAt,
        FilesInUse = FilesInUse(request.FilesInUse),
    });

    private EncodingOptions ReadEncoding()
    {
        var fallback = Configuration.ToEncodingOptions();
        var options = new EncodingOptions
        {
            Platform = ReadPlatform(Platform),
            RequirePlatform = IsGiven(nameof(Platform)),
            IntraLayer = IsGiven(nameof(IntraLayer)) ? IntraLayer : fallback.IntraLayer,
            Workers = IsGiven(nameof(Workers)) ? Workers : fallback.Workers,
            Candidates = IsGiven(nameof(Candidates)) ? Candidates : fallback.Candidates,
            ZstdLevel = IsGiven(nameof(ZstdLevel)) ? ZstdLevel : fallback.ZstdLevel,
            ZstdWindowLog = IsGiven(nameof(ZstdWindowLog)) ? EncodingParameters.ParseWindowLog(ZstdWindowLog) : fallback.ZstdWindowLog,
            MemoryBudget = IsGiven(nameof(MemoryBudget)) ? MemoryBudget : fallback.MemoryBudget,
        };
        options.Validate();
        return options;
    }

    private string? ReadSigningKey() => SigningKey is null && SigningPassphrase is not null
        ? throw new DiffahException(DiffahErrors.InvalidArgument, "There is a passphrase and no key.", "Name the key with -SigningKey.")
        : KeyPaths.Resolve(Paths, SigningKey);
}
