using System.CommandLine;
using System.CommandLine.Completions;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah help VERB</c>: what <c>diffah VERB --help</c> shows.</summary>
internal sealed class HelpVerb : TextVerb
{
    private readonly Argument<string[]> _verb = new("VERB")
    {
        Description = "The verb; all verbs are listed without one.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public HelpVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "help", "Show the help of a verb.")
    {
        Add(_verb);
        _verb.CompletionSources.Add(context =>
            Below(context.ParseResult.RootCommandResult.Command).Select(c => new CompletionItem(c.Name)));
    }

    public override string Example => """
        diffah help
        diffah help diff
        diffah help config show
        """;

    protected override void Write(ParseResult parsed)
    {
        var command = parsed.RootCommandResult.Command;
        foreach (var word in parsed.GetValue(_verb) ?? [])
            command = Below(command).FirstOrDefault(c => c.Name == word) ?? throw Unknown(command, word);
        HelpPage.Write(command, Host);
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.Where(c => !c.Hidden);

    private static DiffahException Unknown(Command command, string word)
    {
        var nearest = EditDistance.Nearest(word, Below(command).Select(c => c.Name));
        var help = $"Run '{HelpPage.NameOf(command)} --help' for what there is.";
        return new DiffahException(DiffahErrors.InvalidArgument, $"'{word}' is no command.",
            nearest is null ? help : $"Did you mean {nearest}? {help}");
    }
}
