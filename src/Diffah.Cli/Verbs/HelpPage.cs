using System.CommandLine;
using System.CommandLine.Invocation;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;

namespace Diffah.Cli.Verbs;

/// <summary>
/// The help of a command: the library's own has no place for examples, and no way to tell a verb's options from the
/// global ones.
/// </summary>
internal static class HelpPage
{
    private const string Codes =
        "0 done, 1 a bug, 2 wrong usage, 3 the machine or the network, 4 wrong content, 5 images that differ (compare), "
            + "130 interrupted.";

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
    public static string NameOf(Command command) =>
        string.Join(' ', Line(command).Reverse().Select(c => c is RootCommand ? "diffah" : c.Name));

    private static string Usage(Command command) => command is Verb verb
        ? string.Join(
            ' ', [NameOf(command), .. command.Arguments.Select(a => verb.IsOptional(a) ? $"[{a.Name}]" : a.Name),
                "[options]"])
        : $"{NameOf(command)} COMMAND [options]";

    private static IEnumerable<Option> GlobalOptionsOf(Command command) =>
        Line(command).SelectMany(c => c.Options).Where(o => o.Recursive);

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

/// <summary>Writes sections of names and descriptions, descriptions wrapped beside the names.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns that a line may take.</param>
internal sealed class HelpColumns(TextWriter output, int width)
{
    private const int WidestName = 30;
    private const int Indent = 2;

    /// <summary>Writes a section; an empty one is left out.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="rows">Its rows; one without a description is written as it is, so that it can be copied.</param>
    public void Section(string title, IEnumerable<(string Name, string? Description)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{title}:");
        var column = Indent + 2 + list.Where(r => r.Description is not null && r.Name.Length <= WidestName)
            .Select(r => r.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var (name, description) in list)
            WriteRow(name, description, column);
    }

    private void WriteRow(string name, string? description, int column)
    {
        var head = new string(' ', Indent) + name;
        if (description is null)
        {
            output.WriteLine(head);
            return;
        }
        if (head.Length + 2 > column)
        {
            output.WriteLine(head);
            head = "";
        }
        foreach (var line in Wrap(description, Math.Max(30, width - column)))
        {
            output.WriteLine(head.PadRight(column) + line);
            head = "";
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
