using System.CommandLine;

namespace Diffah.Cli.Options;

/// <summary>Adds several arguments or options to a command at once; the help shows them in this order.</summary>
internal static class CommandParts
{
    public static void AddArguments(this Command command, params IEnumerable<Argument> arguments)
    {
        foreach (var argument in arguments)
            command.Add(argument);
    }

    public static void AddOptions(this Command command, params IEnumerable<Option> options)
    {
        foreach (var option in options)
            command.Add(option);
    }
}
