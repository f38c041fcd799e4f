using System.Management.Automation;
using System.Security;
using Diffah.Engine.Configuration;
using Diffah.Engine.Images;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>What the cmdlets share that may speak to registries.</summary>
public abstract class RegistryCommand : DiffahCommand
{
    private TransportCatalog _transports = TransportCatalog.Default;

    /// <summary>A file with credentials (containers-auth.json), asked before any other.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AuthFile { get; set; }

    /// <summary>The user and password for every registry of the command.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Sends no credentials at all, not even those that are found in files.</summary>
    [Parameter]
    public SwitchParameter NoCredential { get; set; }

    /// <summary>A bearer token that is sent as it is.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? RegistryToken { get; set; }

    /// <summary>Accepts any certificate, and a registry without TLS.</summary>
    [Parameter]
    public SwitchParameter SkipTlsVerification { get; set; }

    /// <summary>A folder with *.crt (CAs), and *.cert with *.key (certificates of the client).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? CertificateDirectory { get; set; }

    /// <summary>Where the Docker engine or Podman's service listens, unix:///path or tcp://host:port.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DaemonHost { get; set; }

    /// <summary>How many times more a failed request is tried, 0 to 100.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RetryCountCompleter))]
    public int RetryCount { get; set; } = Knobs.RetryCount.Default;

    /// <summary>
    /// The wait between two tries, a number of seconds or a time span, up to 30 seconds; the default begins at a second
    /// and doubles.
    /// </summary>
    [Parameter]
    [SecondsTransformation]
    [ArgumentCompleter(typeof(RetryDelayCompleter))]
    public TimeSpan RetryDelay { get; set; }

    /// <summary>Where images come from and go to. What is learned of registries holds for the whole pipeline.</summary>
    private protected ITransportCatalog Transports => _transports;

    /// <summary>How registries are spoken to.</summary>
    private protected RegistryOptions RegistryOptions { get; private set; } = new();

    /// <summary>Where the user's credentials and certificates are.</summary>
    private protected TransportEnvironment TransportEnvironment { get; private set; } = TransportEnvironment.None;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        ReadKnobs();
        RegistryOptions = Require(() => ReadRegistryParameters().ToOptions(Paths, Effective));
        TransportEnvironment = Require(() => Configuration.Extend(Paths.Resolve(HostEnvironment.Registry)));
        _transports = Require(() => TransportCatalog.Create(RegistryOptions, TransportEnvironment));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _transports != TransportCatalog.Default)
            _transports.Dispose();
        base.Dispose(disposing);
    }

    private RegistryParameters ReadRegistryParameters() => new()
    {
        AuthFile = AuthFile,
        Credential = Credential,
        NoCredential = NoCredential,
        RegistryToken = RegistryToken,
        SkipTlsVerification = SkipTlsVerification,
        CertificateDirectory = CertificateDirectory,
        DaemonHost = DaemonHost,
    };
}
