using System.CommandLine;
using System.Globalization;
using Diffah.Cli.Hosting;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Cli.Options;

/// <summary>How registries are spoken to, as options: skopeo's names, for both sides of a command.</summary>
internal sealed class RegistryOptionSet
{
    private const int MostRetries = 100;

    private static readonly RegistryOptions Defaults = new();

    private readonly Option<string?> _authFile = OptionFactory.Text("--authfile", ValuePlaceholders.File, "File of credentials, asked before all others (env: REGISTRY_AUTH_FILE).");
    private readonly SecretOption _credentials = new("--creds", "USER[:PASSWORD]", "User and password; without a colon the password is empty.");
    private readonly SecretOption _userName = new("--username", "USER", "User; needs --password.");
    private readonly SecretOption _password = new("--password", "PASSWORD", "Password of --username.");
    private readonly Option<bool> _noCredentials = OptionFactory.Flag("--no-creds", "Send no credentials, and look for none.");
    private readonly SecretOption _token = new("--registry-token", "TOKEN", "Bearer token to send as it is.");
    private readonly Option<bool> _tlsVerify = OptionFactory.Switch("--tls-verify", "Verify certificates; with false, plain HTTP will do too.", defaultValue: true);
    private readonly Option<string?> _certificates = OptionFactory.Text("--cert-dir", ValuePlaceholders.Folder, "Folder with *.crt of CAs, and *.cert with *.key of this client.");
    private readonly Option<int?> _retries = OptionFactory.Of<int?>("--retry-times", "N",
        OptionFactory.WithDefault("How often a failed request is tried again.", Defaults.RetryCount.ToString(CultureInfo.InvariantCulture)), $"it must be a whole number from 0 to {MostRetries}", ParseRetries);
    private readonly Option<TimeSpan?> _delay = OptionFactory.Of<TimeSpan?>("--retry-delay", "DURATION",
        OptionFactory.WithDefault("Wait before each further try: 500ms, 2s, or a number of seconds.", "1s, then doubling"), "it must be a duration of 30 seconds at most, such as 500ms, 2s or 1.5", ParseDelay);

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> Options => [_authFile, _credentials, _userName, _password, _noCredentials, _token, _tlsVerify, _certificates, _retries, _delay];

    public void AddTo(Command command) => command.AddOptions(Options);

    /// <summary>The options as set, the rest as the configuration says, or at their defaults.</summary>
    /// <exception cref="DiffahException">InvalidArgument: options that contradict one another, or a value out of range.</exception>
    public RegistryOptions Read(ParseResult parsed, CommandLineHost host)
    {
        RequireOneWay(parsed);
        var fallback = host.Configuration.ToRegistryOptions();
        var options = new RegistryOptions
        {
            AuthFile = parsed.GetValue(_authFile) is { } file ? host.Resolve(file) : null,
            Credential = ReadCredential(parsed),
            NoCredential = parsed.GetValue(_noCredentials),
            RegistryToken = parsed.GetValue(_token),
            SkipTlsVerification = !parsed.GetValue(_tlsVerify),
            CertificateDirectory = parsed.GetValue(_certificates) is { } folder ? host.Resolve(folder) : null,
            RetryCount = parsed.GetValue(_retries) ?? fallback.RetryCount,
            RetryDelay = parsed.GetValue(_delay) ?? fallback.RetryDelay,
        };
        options.Validate();
        return options;
    }

    private void RequireOneWay(ParseResult parsed)
    {
        var named = parsed.GetValue(_userName) is not null;
        if (named != parsed.GetValue(_password) is not null)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"{(named ? "--username is given without --password" : "--password is given without --username")}.", "Give both, or --creds.");
        (bool Given, string Name)[] ways =
        [
            (parsed.GetValue(_credentials) is not null, "--creds"), (named, "--username"), (parsed.GetValue(_noCredentials), "--no-creds"), (parsed.GetValue(_token) is not null, "--registry-token"),
        ];
        if (ways.Where(w => w.Given).Select(w => w.Name).ToArray() is [_, _, ..] several)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"Only one way of giving credentials can be used at a time, and these were given: {string.Join(", ", several)}.", "Leave all but one out.");
    }

    private RegistryCredential? ReadCredential(ParseResult parsed)
    {
        if (parsed.GetValue(_userName) is { } name)
            return new RegistryCredential(name, parsed.GetValue(_password)!);
        if (parsed.GetValue(_credentials) is not { } text)
            return null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0)
            throw new DiffahException(DiffahErrors.InvalidArgument, "--creds has no user before the colon.", "Write --creds USER:PASSWORD.");
        return colon < 0 ? new RegistryCredential(text, "") : new RegistryCredential(text[..colon], text[(colon + 1)..]);
    }

    private static bool ParseRetries(string text, out int? value)
    {
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostRetries;
        value = number;
        return valid;
    }

    private static bool ParseDelay(string text, out TimeSpan? value)
    {
        var valid = Duration.TryParse(text, out var duration) && duration <= RegistryOptions.MaximumRetryDelay;
        value = duration;
        return valid;
    }
}
