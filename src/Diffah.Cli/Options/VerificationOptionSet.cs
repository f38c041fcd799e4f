using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Cli.Options;

/// <summary>How an archive's signature is verified, as options.</summary>
internal sealed class VerificationOptionSet
{
    private readonly Option<string?> _key;
    private readonly ReservedOptionSet _reserved = new(ReservedOptionSet.Flag("--keyless"), ReservedOptionSet.Text("--verify-rekor-url"), ReservedOptionSet.Text("--rekor-url"));

    /// <param name="description">What the key does to the verb.</param>
    /// <param name="aliases">Further names of the option.</param>
    public VerificationOptionSet(string description, params string[] aliases)
    {
        _key = OptionFactory.Text("--verify", ValuePlaceholders.Key, description);
        foreach (var alias in aliases)
            _key.Aliases.Add(alias);
    }

    public void AddTo(Command command)
    {
        command.Add(_key);
        _reserved.AddTo(command);
    }

    /// <summary>The absolute path of the public key, or a reserved URI as it was written; null where none is named.</summary>
    /// <exception cref="DiffahException">SigningReserved.</exception>
    public string? Read(ParseResult parsed, CommandLineHost host)
    {
        _reserved.Refuse(parsed);
        return parsed.GetValue(_key) is { } key ? SigningKeySource.IsReserved(key) ? key : host.Resolve(key) : null;
    }
}
