using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Configuration;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Cli.Options;

/// <summary>How registries are spoken to, as options: skopeo's names, for both sides of a command.</summary>
/// <param name="knobs">The verb's knobs, of which some are about registries.</param>
internal sealed class RegistryOptionSet(KnobOptions knobs)
{
    private readonly Option _authFile = knobs.New(Knobs.AuthFile);
    private readonly SecretOption _credentials = new(
        "--creds", "USER[:PASSWORD]", "User and password; without a colon the password is empty.");
    private readonly SecretOption _userName = new("--username", "USER", "User; needs --password.");
    private readonly SecretOption _password = new("--password", "PASSWORD", "Password of --username.");
    private readonly Option<bool> _noCredentials = OptionFactory.Flag(
        "--no-creds", "Send no credentials, and look for none.");
    private readonly SecretOption _token = new("--registry-token", "TOKEN", "Bearer token to send as it is.");
    private readonly Option<bool> _tlsVerify = OptionFactory.Switch(
        "--tls-verify", "Verify certificates; with false, plain HTTP will do too.", defaultValue: true);
    private readonly Option<string?> _certificates = OptionFactory.Text(
        "--cert-dir", ValuePlaceholders.Folder, "Folder with *.crt of CAs, and *.cert with *.key of this client.");
    private readonly Option<string?> _daemonHost = OptionFactory.Text("--daemon-host", "ADDRESS",
        "Where the Docker engine or Podman listens: unix:///PATH or tcp://HOST:PORT (env: DOCKER_HOST, "
            + "CONTAINER_HOST).");
    private readonly Option _retries = knobs.New(Knobs.RetryCount);
    private readonly Option _delay = knobs.New(Knobs.RetryDelay);

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> Options => [_authFile, _credentials, _userName, _password, _noCredentials, _token,
        _tlsVerify, _certificates, _daemonHost, _retries, _delay];

    public void AddTo(Command command) => command.AddOptions(Options);

    /// <summary>The options as set, the rest as the configuration says, or at their defaults.</summary>
    /// <exception cref="DiffahException">InvalidArgument: options that contradict one another, or a value out of
    /// range.</exception>
    public RegistryOptions Read(ParseResult parsed, CommandLineHost host)
    {
        RequireOneWay(parsed);
        var options = knobs.Read(parsed, host).ToRegistryOptions() with
        {
            AuthFile = knobs.Given(parsed, host).Get(Knobs.AuthFile),
            Credential = ReadCredential(parsed),
            NoCredential = parsed.GetValue(_noCredentials),
            RegistryToken = parsed.GetValue(_token),
            SkipTlsVerification = !parsed.GetValue(_tlsVerify),
            CertificateDirectory = parsed.GetValue(_certificates) is { } folder ? host.Resolve(folder) : null,
            DaemonHost = parsed.GetValue(_daemonHost),
        };
        options.Validate();
        return options;
    }

    private void RequireOneWay(ParseResult parsed)
    {
        var named = parsed.GetValue(_userName) is not null;
        if (named != parsed.GetValue(_password) is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{(named ? "--username is given without --password" : "--password is given without --username")}.",
                "Give both, or --creds.");
        (bool Given, string Name)[] ways =
        [
            (parsed.GetValue(_credentials) is not null, "--creds"), (named, "--username"),
            (parsed.GetValue(_noCredentials), "--no-creds"), (parsed.GetValue(_token) is not null, "--registry-token"),
        ];
        if (ways.Where(w => w.Given).Select(w => w.Name).ToArray() is [_, _, ..] several)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"Only one way of giving credentials can be used at a time, and these were given: "
                    + $"{string.Join(", ", several)}.", "Leave all but one out.");
    }

    private RegistryCredential? ReadCredential(ParseResult parsed)
    {
        if (parsed.GetValue(_userName) is { } name)
            return new RegistryCredential(name, parsed.GetValue(_password)!);
        if (parsed.GetValue(_credentials) is not { } text)
            return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0)
            throw new DiffahException(
                DiffahErrors.InvalidArgument, "--creds has no user before the colon.", "Write --creds USER:PASSWORD.");
        return colon < 0
            ? new RegistryCredential(text, "")
            : new RegistryCredential(text[..colon], text[(colon + 1)..]);
    }
}

/// <summary>An option whose value is never repeated: not in an error, a message or the help.</summary>
internal sealed class SecretOption : Option<string?>
{
    public SecretOption(string name, string placeholder, string description)
        : base(name)
    {
        (HelpName, Description) = (placeholder, description);
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Length == 0)
                result.AddError($"{name} is empty.");
            return text;
        };
    }

    /// <summary>True where a command line has any, so that whatever else is on it may be a piece of one.</summary>
    public static bool IsAnyIn(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.OfType<SecretOption>().Any(o => parsed.GetResult(o) is not null);
}
