using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;

namespace Diffah.Cli.Options;

/// <summary>How an archive's signature is verified, as options.</summary>
internal sealed class VerificationOptionSet
{
    private readonly Option<string?> _key;
    private readonly Option _transparency = ReservedOptionSet.Text("--verify-rekor-url");
    private readonly ReservedOptionSet _reserved = new(
        ReservedOptionSet.Flag("--keyless"), ReservedOptionSet.Text("--rekor-url"));

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
        command.Add(_transparency);
        _reserved.AddTo(command);
    }

    /// <summary>
    /// Where a transparency log is named: an archive without an entry of one passes, and a warning says so. Checking an
    /// entry is reserved.
    /// </summary>
    /// <param name="parsed">The line.</param>
    /// <param name="archive">Absolute path of the archive, or that of a standard stream.</param>
    /// <param name="events">Whom to warn.</param>
    /// <exception cref="DiffahException">SigningReserved: there is an entry.</exception>
    public void CheckTransparency(ParseResult parsed, string archive, EventSink events)
    {
        if (parsed.GetResult(_transparency) is not { Implicit: false })
            return;
        var entry = archive + ".rekor.json";
        if (!StandardStreams.AreMeant(archive) && File.Exists(entry))
            throw new DiffahException(DiffahErrors.SigningReserved,
                $"Checking '{entry}' against a transparency log is reserved and not yet implemented.",
                $"Leave {_transparency.Name} out. {DiffahErrors.SigningReserved.NextAction}");
        events.Warn($"There is no '{entry}', so no transparency log was asked: {_transparency.Name} has no effect.");
    }

    /// <summary>
    /// The absolute path of the public key, or a reserved URI as it was written; null where none is named.
    /// </summary>
    /// <exception cref="DiffahException">SigningReserved.</exception>
    public string? Read(ParseResult parsed, CommandLineHost host)
    {
        _reserved.Refuse(parsed);
        return parsed.GetValue(_key) is { } key ? SigningKeySource.IsReserved(key) ? key : host.Resolve(key) : null;
    }
}
