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

/// <summary>
/// What the cmdlets share that make archives: the encoding's knobs, the signature, and where to spool.
/// </summary>
public abstract class ProducerCommand : RegistryCommand
{
    private EncodingOptions _encoding = new();
    private DateTimeOffset? _createdAt;
    private string? _signingKey;

    /// <summary>Which image of an index is meant, os/arch[/variant].</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string Platform { get; set; } = Knobs.Platform.Default.ToString();

    /// <summary>Whether changed layers are patched from baseline layers.</summary>
    [Parameter]
    public IntraLayerMode IntraLayer { get; set; } = Knobs.IntraLayer.Default;

    /// <summary>Version of the archive's format, 1 or 2.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FormatVersionCompleter))]
    public int FormatVersion { get; set; } = Knobs.FormatVersion.Default;

    /// <summary>How much work is put into patches of contents; says nothing for version 1.</summary>
    [Parameter]
    public EncodingEffort Effort { get; set; } = Knobs.Effort.Default;

    /// <summary>Layers read and encoded at the same time, 1 to 1024.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WorkerCountCompleter))]
    public int Workers { get; set; } = Knobs.Workers.Default;

    /// <summary>Baseline layers tried for each changed layer, 1 to 1024.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CandidateCountCompleter))]
    public int Candidates { get; set; } = Knobs.Candidates.Default;

    /// <summary>zstd level, 1 to 22.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ZstdLevelCompleter))]
    public int ZstdLevel { get; set; } = Knobs.ZstdLevel.Default;

    /// <summary>zstd window, log2 bytes, 10 to 31, or auto.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WindowLogCompleter))]
    public string ZstdWindowLog { get; set; } = Knobs.ZstdWindowLog.Default.ToString();

    /// <summary>Bytes that all encodes running at the same time may be estimated at; 0 is no limit.</summary>
    [Parameter]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MemoryBudget { get; set; } = Knobs.MemoryBudget.Default;

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit.
    /// </summary>
    [Parameter]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long MaxLayerSize { get; set; } = Knobs.MaxLayerSize.Default;

    /// <summary>Whether the archive is compressed as a whole.</summary>
    [Parameter]
    public ArchiveCompression Compress { get; set; } = ArchiveCompression.None;

    /// <summary>The most bytes that the archive may have, or per cent of the images.</summary>
    [Parameter]
    [SizeLimitTransformation]
    [ArgumentCompleter(typeof(SizeLimitCompleter))]
    public SizeLimit? MaximumSize { get; set; }

    /// <summary>Bytes of each volume that the archive is split into; without it the archive is one file.</summary>
    [Parameter]
    [ByteSizeTransformation]
    [ArgumentCompleter(typeof(ByteSizeCompleter))]
    public long VolumeSize { get; set; }

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
        _signingKey = Require(ReadSigningKey);
    }

    /// <summary>Adds to a request what the parameters here say.</summary>
    /// <param name="request">The request.</param>
    private protected T Complete<T>(T request) where T : CreateArchiveRequest => (T)((CreateArchiveRequest)request with
    {
        Encoding = _encoding,
        Compression = Compress,
        MaximumSize = MaximumSize,
        VolumeSize = MyInvocation.BoundParameters.ContainsKey(nameof(VolumeSize)) ? VolumeSize : null,
        SigningKey = _signingKey is null ? null : new SigningKeySource(_signingKey, Secrets.Reveal(SigningPassphrase)),
        Overwrite = Effective.Get(Knobs.Force),
        WorkDirectory = Effective.Get(Knobs.WorkDirectory),
        CreatedAt = _createdAt,
        FilesInUse = FilesInUse(request.FilesInUse),
    });

    private EncodingOptions ReadEncoding()
    {
        var options = Effective.ToEncodingOptions() with { RequirePlatform = Given.Says(Knobs.Platform) };
        options.Validate();
        return options;
    }

    private string? ReadSigningKey() => SigningKey is null && SigningPassphrase is not null
        ? throw new DiffahException(
            DiffahErrors.InvalidArgument, "There is a passphrase and no key.", "Name the key with -SigningKey.")
        : KeyPaths.Resolve(Paths, SigningKey);
}
