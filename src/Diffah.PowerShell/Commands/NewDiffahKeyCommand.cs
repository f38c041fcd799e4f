using System.Management.Automation;
using System.Security;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Makes a pair of keys to sign archives with.</summary>
[Cmdlet(VerbsCommon.New, "DiffahKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Folder + "New-DiffahKey" + HelpPages.Suffix)]
[OutputType(typeof(CreatedKeyPair))]
public sealed class NewDiffahKeyCommand : DiffahCommand
{
    /// <summary>The file of the private key; wildcard characters stand for themselves.</summary>
    [Parameter(Mandatory = true, HelpMessage = HelpMessages.PrivateKey, Position = 0,
        ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PrivateKeyCompleter))]
    public string Path { get; set; } = "";

    /// <summary>The file of the public key; the default is the private key's with the extension .pub.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PublicKeyCompleter))]
    public string? PublicKeyPath { get; set; }

    /// <summary>The passphrase to keep the private key with.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? Passphrase { get; set; }

    /// <summary>Replaces keys that are there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (TryFor(Path, MakeRequest, out var request)
            && ShouldProcess(request.PrivateKeyPath, "Create a pair of keys"))
            Emit(Path, (events, token) => CreateKeyPair.RunAsync(request, events, token));
    }

    private CreateKeyPairRequest MakeRequest() => new()
    {
        PrivateKeyPath = Paths.ResolveLiteral(Path),
        PublicKeyPath = PublicKeyPath is null ? null : Paths.ResolveLiteral(PublicKeyPath),
        Overwrite = Force,
        FilesInUse = FilesInUse(),
        Passphrase = Secrets.Reveal(Passphrase),
    };
}
