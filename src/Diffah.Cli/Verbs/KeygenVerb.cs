using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah keygen</c>: makes a pair of keys for signing archives.</summary>
internal sealed class KeygenVerb : Verb
{
    private readonly Argument<string> _privateKey = CommonOptions.File(
        "PRIVATE-KEY", "The private key to write; only its owner may read it.");
    private readonly Option<string?> _publicKey = OptionFactory.Text("--public-key", ValuePlaceholders.File,
        OptionFactory.WithDefault("The public key to write.", "PRIVATE-KEY with the extension .pub"));
    private readonly Option<bool> _password = OptionFactory.Flag(
        "--password-stdin", "Protect the private key with a passphrase from standard input: one line.");
    private readonly Option<bool> _force = CommonOptions.Force("a file");
    private string? _passphrase;

    public KeygenVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "keygen", "Make a pair of keys: one to sign archives with, one to verify them with.")
    {
        Add(_privateKey);
        this.AddOptions(_publicKey, _password, _force);
    }

    public override string Example => """
        diffah keygen ./signing.key
        diffah keygen --password-stdin ./signing.key < ./passphrase.txt
        diffah keygen --public-key ./team.pub ./team.key -o json
        """;

    protected override async Task PrepareAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!parsed.GetValue(_password))
            return;
        _passphrase = await Passphrase.ReadAsync(Host, cancellationToken);
        // A pipe that failed would otherwise leave a key that anybody can open.
        if (_passphrase.Length == 0)
            throw new DiffahException(DiffahErrors.InvalidArgument, "The passphrase on standard input is empty.",
                "Pipe the passphrase as one line, or leave --password-stdin out for a key without one.");
    }

    protected override async Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken)
    {
        var keys = await Host.Runner.RunAsync(Map(parsed), CreateKeyPair.RunAsync, events, cancellationToken);
        return new VerbResult(KeygenJson.Of(keys), output => KeygenText.Write(output, keys));
    }

    private CreateKeyPairRequest Map(ParseResult parsed) => new()
    {
        PrivateKeyPath = parsed.ReadPath(_privateKey, Host),
        PublicKeyPath = parsed.ReadPath(_publicKey, Host),
        Passphrase = _passphrase,
        Overwrite = parsed.GetValue(_force),
        FilesInUse = Host.FilesInUse(),
    };
}
