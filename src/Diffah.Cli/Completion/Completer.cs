using System.CommandLine;
using System.CommandLine.Parsing;
using Diffah.Cli.Hosting;

namespace Diffah.Cli.Completion;

/// <summary>
/// Answers the completion scripts. The suggest directive of the library takes a line and splits it at blanks; this
/// takes the words as the shell has them, so that a word may hold a blank, and it reads files and folders.
/// </summary>
internal static class Completer
{
    /// <summary>
    /// The first argument of a request; the words that are typed follow, without the command's own name.
    /// </summary>
    public const string Request = "__complete";

    /// <summary>
    /// Writes what may stand in the place of the last word: a candidate a line, with a tab before its description.
    /// </summary>
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
        return Offer(parsed, word, host)
            .Where(c => c.Text.StartsWith(word, StringComparison.Ordinal))
            .DistinctBy(c => c.Text);
    }

    // What is awaited in the place of the word is found by an empty one: the word itself might be taken for a verb.
    private static ParseResult Parse(RootCommand root, IReadOnlyList<string> words) =>
        root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static IEnumerable<Candidate> Offer(ParseResult parsed, string word, CommandLineHost host)
    {
        var (command, last) = (parsed.CommandResult.Command, parsed.Tokens[^1]);
        var options = Line(parsed)
            .SelectMany(c => c.Options.Where(o => !o.Hidden && (o.Recursive || c == command)))
            .ToList();
        if (options.Find(o => Holds(parsed.GetResult(o), last)) is { } awaited)
            return ValueCandidates.Find(awaited, word, parsed, host);
        if (word.StartsWith('-') && parsed.Tokens.All(t => t.Type != TokenType.DoubleDash))
            return OptionsOf(parsed, options, word, host);
        // After a word that is no verb nothing fits.
        var verbs = parsed.UnmatchedTokens.Any(t => t.Length > 0)
            ? []
            : command.Subcommands.Where(c => !c.Hidden).Select(c => new Candidate(c.Name, c.Description));
        var argument = command.Arguments.FirstOrDefault(a => Holds(parsed.GetResult(a), last));
        return argument is null ? verbs : verbs.Concat(ValueCandidates.Find(argument, word, parsed, host));
    }

    // The options that may be given, or after an equals sign the values of one.
    private static IEnumerable<Candidate> OptionsOf(
        ParseResult parsed, List<Option> options, string word, CommandLineHost host)
    {
        if (word.Split('=', 2) is not [var name, var value])
            return options.Where(o => MayBeGiven(parsed, o)).SelectMany(Names);
        return options.Find(o => o.Name == name) is { } option
            ? ValueCandidates.Find(option, value, parsed, host).Select(c => c with { Text = $"{name}={c.Text}" })
            : [];
    }

    private static IEnumerable<Candidate> Names(Option option) =>
        option.Aliases.Prepend(option.Name).Select(name => new Candidate(name, option.Description));

    private static bool MayBeGiven(ParseResult parsed, Option option) =>
        option.Arity.MaximumNumberOfValues > 1 || parsed.GetResult(option) is not { Implicit: false };

    private static bool Holds(SymbolResult? result, Token token) =>
        result?.Tokens.Any(t => ReferenceEquals(t, token)) ?? false;

    // The command and those that it is below.
    private static IEnumerable<Command> Line(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
            yield return command.Command;
    }
}
