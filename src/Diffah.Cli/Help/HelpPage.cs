using System.CommandLine;
using System.CommandLine.Invocation;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Verbs;

namespace Diffah.Cli.Help;

/// <summary>
/// The help of a command: the library's own has no place for examples, and no way to tell a verb's options from the
/// global ones.
/// </summary>
internal static class HelpPage
{
    private const string Codes = "0 done, 1 a bug, 2 wrong usage, 3 the machine or the network, 4 wrong content, 130 interrupted.";

    /// <summary>The option that shows help, whatever else is on the line.</summary>
    public static Option<bool> NewOption(CommandLineHost host)
    {
        var option = OptionFactory.Flag("--help", "Show this help.", "-h");
        option.Recursive = true;
        option.Action = new ShowHelp(host);
        return option;
    }

    /// <summary>Writes a command's help to the host's output.</summary>
    public static int Write(Command command, CommandLineHost host)
    {
        var output = host.Output;
        output.WriteLine(command.Description);
        var columns = new HelpColumns(output, host.Width);
        columns.Section("Usage", [(Usage(command), null)]);
        columns.Section("Commands", command.Subcommands.Select(c => (c.Name, c.Description)));
        columns.Section("Arguments", command.Arguments.Select(a => (a.Name, a.Description)));
        var registry = command is ImageVerb images ? images.Registry.Options : [];
        columns.Section("Options", command.Options.Where(o => !o.Recursive && !o.Hidden).Except(registry).Select(Row));
        columns.Section("Options for docker://", registry.Select(Row));
        columns.Section("Global options", GlobalOptionsOf(command).Select(Row));
        if (command is Verb verb)
            columns.Section("Example", verb.Example.Split('\n').Select(line => (line, (string?)null)));
        columns.Section("Exit codes", [(Codes, null)]);
        return ExitCodes.Done;
    }

    /// <summary>A command as it is typed, for example diffah config show.</summary>
    public static string NameOf(Command command) => string.Join(' ', Line(command).Reverse().Select(c => c is RootCommand ? "diffah" : c.Name));

    private static string Usage(Command command) => command is Verb verb
        ? string.Join(' ', [NameOf(command), .. command.Arguments.Select(a => verb.IsOptional(a) ? $"[{a.Name}]" : a.Name), "[options]"])
        : $"{NameOf(command)} COMMAND [options]";

    private static IEnumerable<Option> GlobalOptionsOf(Command command) => Line(command).SelectMany(c => c.Options).Where(o => o.Recursive);

    // The command, the one that it is below, and so on to the root.
    private static IEnumerable<Command> Line(Command? command)
    {
        for (; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
            yield return command;
    }

    private static (string Name, string? Description) Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name));
        return (option.HelpName is { } value ? $"{names} {value}" : names, option.Description);
    }

    private sealed class ShowHelp(CommandLineHost host) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult) => Write(parseResult.CommandResult.Command, host);
    }
}
