using System.CommandLine;
using System.CommandLine.Parsing;
using Diffah.Cli.Hosting;

namespace Diffah.Cli.Completion;

/// <summary>
/// Answers the completion scripts. The suggest directive of the library takes a line and splits it at blanks; this takes the words as the
/// shell has them, so that a word may hold a blank, and it reads files and folders.
/// </summary>
internal static class Completer
{
    /// <summary>The first argument of a request; the words that are typed follow, without the command's own name.</summary>
    public const string Request = "__complete";

    /// <summary>Writes what may stand in the place of the last word: a candidate a line, with a tab before its description.</summary>
    /// <param name="root">The command line.</param>
    /// <param name="words">The words up to the cursor; the last may be empty.</param>
    /// <param name="host">The host.</param>
    public static int Write(RootCommand root, IReadOnlyList<string> words, CommandLineHost host)
    {
        foreach (var candidate in Find(root, words, host))
            host.Output.WriteLine(candidate.Description is { } text ? $"{candidate.Text}\t{text}" : candidate.Text);
        return ExitCodes.Done;
    }

    private static IEnumerable<Candidate> Find(RootCommand root, IReadOnlyList<string> words, CommandLineHost host)
    {
        var word = words.Count > 0 ? words[^1] : "";
        var parsed = Parse(root, [.. words.SkipLast(1), ""]);
        return Offer(parsed, word, host).Where(c => c.Text.StartsWith(word, StringComparison.Ordinal)).DistinctBy(c => c.Text);
    }

    // Whoever stands in the place of the word is found by an empty one: the word itself might be taken for a verb or an option.
    private static ParseResult Parse(RootCommand root, IReadOnlyList<string> words) =>
        root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static IEnumerable<Candidate> Offer(ParseResult parsed, string word, CommandLineHost host)
    {
        var options = Line(parsed).SelectMany(c => c.Options.Where(o => o.Recursive || c == parsed.CommandResult.Command)).Where(o => !o.Hidden).ToList();
        var last = parsed.Tokens[^1];
        if (options.Find(o => Holds(parsed.GetResult(o), last)) is { } awaited)
            return ValueCandidates.Find(awaited, word, host);
        if (word.StartsWith('-') && parsed.Tokens.All(t => t.Type != TokenType.DoubleDash))
            return word.Split('=', 2) is [var name, var value] ? ValuesOf(options, name, value, host) : options.Where(o => MayBeGiven(parsed, o)).SelectMany(Names);
        var command = parsed.CommandResult.Command;
        var verbs = command.Subcommands.Where(c => !c.Hidden).Select(c => new Candidate(c.Name, c.Description));
        var argument = command.Arguments.FirstOrDefault(a => Holds(parsed.GetResult(a), last));
        return argument is null ? verbs : verbs.Concat(ValueCandidates.Find(argument, word, host));
    }

    private static IEnumerable<Candidate> ValuesOf(List<Option> options, string name, string value, CommandLineHost host) =>
        options.Find(o => o.Name == name) is { } option
            ? ValueCandidates.Find(option, value, host).Select(c => c with { Text = $"{name}={c.Text}" })
            : [];

    private static IEnumerable<Candidate> Names(Option option) => option.Aliases.Prepend(option.Name).Select(name => new Candidate(name, option.Description));

    private static bool MayBeGiven(ParseResult parsed, Option option) =>
        option.Arity.MaximumNumberOfValues > 1 || parsed.GetResult(option) is not { Implicit: false };

    private static bool Holds(SymbolResult? result, Token token) => result?.Tokens.Any(t => ReferenceEquals(t, token)) ?? false;

    // The command and those that it is below.
    private static IEnumerable<Command> Line(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
            yield return command.Command;
    }
}
