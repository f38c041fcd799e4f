using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Cli.Options;

/// <summary>How an archive is signed, as options.</summary>
internal sealed class SigningOptionSet
{
    private readonly Option<string?> _key = OptionFactory.Text("--sign-key", ValuePlaceholders.File,
        "Sign the archive with this private key (ECDSA P-256); the signature goes beside it, with .sig.");
    private readonly Option<bool> _password = OptionFactory.Flag(
        "--sign-key-password-stdin", "Read the passphrase of --sign-key from standard input: one line.");
    private readonly ReservedOptionSet _reserved = new(ReservedOptionSet.Flag("--keyless"),
        ReservedOptionSet.Text("--sign-cert"), ReservedOptionSet.Flag("--sign-inline"),
        ReservedOptionSet.Text("--rekor-url"));

    public void AddTo(Command command)
    {
        command.AddOptions(_key, _password);
        _reserved.AddTo(command);
    }

    /// <summary>The key to sign with; null where none is named.</summary>
    /// <exception cref="DiffahException">SigningReserved; InvalidArgument: a passphrase without a key, or none that
    /// could be one.</exception>
    public async Task<SigningKeySource?> ReadAsync(
        ParseResult parsed, CommandLineHost host, CancellationToken cancellationToken)
    {
        _reserved.Refuse(parsed);
        var password = parsed.GetValue(_password);
        if (parsed.GetValue(_key) is not { } key)
        {
            return password
                ? throw new DiffahException(DiffahErrors.InvalidArgument,
                    "--sign-key-password-stdin is given without --sign-key.", "Name the private key with --sign-key.")
                : null;
        }
        // What is refused is refused before anybody is asked for a passphrase.
        if (SigningKeySource.IsReserved(key))
            return new SigningKeySource(key);
        return new SigningKeySource(
            host.Resolve(key), password ? await Passphrase.ReadAsync(host, cancellationToken) : null);
    }
}

/// <summary>
/// Options that other tools have and this one knows by name only: not in the help, and refused with what to use
/// instead.
/// </summary>
internal sealed class ReservedOptionSet(params Option[] options)
{
    public static Option Flag(string name) => new Option<bool>(name) { Hidden = true };

    public static Option Text(string name) => new Option<string?>(name) { Hidden = true };

    public void AddTo(Command command) => command.AddOptions(options);

    /// <exception cref="DiffahException">SigningReserved: one of them is on the line.</exception>
    public void Refuse(ParseResult parsed)
    {
        if (options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
            throw new DiffahException(DiffahErrors.SigningReserved,
                $"{given.Name} is reserved and not yet implemented.",
                $"Leave {given.Name} out. {DiffahErrors.SigningReserved.NextAction}");
    }
}
