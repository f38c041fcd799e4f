using System.CommandLine;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Options;

/// <summary>Options that other tools have and this one knows by name only: not in the help, and refused with what to use instead.</summary>
internal sealed class ReservedOptionSet(params Option[] options)
{
    public static Option Flag(string name) => new Option<bool>(name) { Hidden = true };

    public static Option Text(string name) => new Option<string?>(name) { Hidden = true };

    public void AddTo(Command command) => command.AddOptions(options);

    /// <exception cref="DiffahException">SigningReserved: one of them is on the line.</exception>
    public void Refuse(ParseResult parsed)
    {
        if (options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
            throw new DiffahException(DiffahErrors.SigningReserved, $"{given.Name} is reserved and not yet implemented.", $"Leave {given.Name} out. {DiffahErrors.SigningReserved.NextAction}");
    }
}
