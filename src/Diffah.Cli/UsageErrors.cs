using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Diffah.Cli.Options;
using Diffah.Cli.Verbs;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli;

/// <summary>Finds what is wrong with a command line, and says it the way every other error is said.</summary>
internal static class UsageErrors
{
    /// <summary>Refuses a command line that can't be run.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    /// <param name="parsed">What was made of the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void ThrowIfAny(ParseResult parsed, IReadOnlyList<string> args)
    {
        // Help, version and completion answer whatever else is on the line.
        if (parsed.Action is not ParseErrorAction && parsed.Action != parsed.CommandResult.Command.Action)
            return;
        RemovedVerb.ThrowIfAny(parsed);
        if (WrongSwitch(parsed, args) is { } wrong)
            throw New(parsed, $"{wrong[0]} is '{wrong[1]}'; it must be true or false.", null);
        if (UnknownOption(parsed) is { } option)
            throw New(parsed, $"'{option.Split('=')[0]}' is no option of {Name(parsed)}.",
                EditDistance.Nearest(
                    option.Split('=')[0], OptionsOf(parsed).Where(o => !o.Hidden).Select(o => o.Name)));
        if (parsed.UnmatchedTokens is [var extra, ..])
            throw New(parsed, UnexpectedArgument(parsed, extra), EditDistance.Nearest(extra, VerbNames(parsed)));
        if (MissingArguments(parsed) is [_, ..] missing)
            throw New(parsed, $"{Name(parsed)} needs {string.Join(' ', missing)}.", null);
        if (parsed.Errors is [var first, ..])
            throw New(parsed, first.Message.ReplaceLineEndings(" "), null);
    }

    // The parser takes an option that it does not know for an argument, which would then be looked for as a file.
    private static string? UnknownOption(ParseResult parsed)
    {
        var plain = parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Skip(1).Select(t => t.Value)
            .ToHashSet(StringComparer.Ordinal);
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
            .Select(t => t.Value);
        return arguments.Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(v => v.Length > 1 && v[0] == '-' && !plain.Contains(v));
    }

    // The parser takes a value that is neither true nor false for an argument of the verb.
    private static string[]? WrongSwitch(ParseResult parsed, IReadOnlyList<string> args)
    {
        var switches = OptionsOf(parsed).OfType<Option<bool>>().Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return args.TakeWhile(a => a != "--").Select(a => a.Split('=', 2))
            .FirstOrDefault(a => a is [var name, var value] && switches.Contains(name) && !bool.TryParse(value, out _));
    }

    private static string[] MissingArguments(ParseResult parsed) =>
        parsed.CommandResult.Command is Verb verb ? [.. verb.MissingArguments(parsed)] : [];

    private static string UnexpectedArgument(ParseResult parsed, string token) =>
        parsed.CommandResult.Command.Subcommands.Count > 0
            ? $"'{token}' is no command."
            : $"{(SecretOption.IsAnyIn(parsed) ? "There" : $"'{token}'")} is one argument more than "
                + $"{Name(parsed)} takes.";

    private static DiffahException New(ParseResult parsed, string message, string? suggestion)
    {
        var help = $"Run '{Name(parsed)} --help' for what it takes.";
        return new DiffahException(
            DiffahErrors.InvalidArgument, message, suggestion is null ? help : $"Did you mean {suggestion}? {help}");
    }

    private static string Name(ParseResult parsed) => HelpPage.NameOf(parsed.CommandResult.Command);

    private static IEnumerable<Option> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive));

    private static IEnumerable<string> VerbNames(ParseResult parsed) =>
        parsed.CommandResult.Command.Subcommands.Select(c => c.Name);
}

/// <summary>Verbs of old scripts, answered with what does their work now.</summary>
internal static class RemovedVerb
{
    private static readonly Dictionary<string, (string Message, string NextAction)> Known = new(StringComparer.Ordinal)
    {
        ["export"] =
            ("'export' was removed: 'diffah diff' makes the archive of one image, 'diffah bundle' that of many.",
                "Write 'diffah diff BASELINE TARGET DELTA-OUT' in place of --pair, --baseline, --target and --output, "
                    + "with transport:path for each image, or list the pairs in a file: 'diffah bundle SPEC OUT'; "
                    + "other options keep their names."),
        ["import"] = ("'import' was removed: 'diffah apply' rebuilds one image, 'diffah unbundle' those of a bundle.",
            "Write 'diffah apply DELTA BASELINE TARGET' in place of --delta, --baseline and --output, "
                + "with transport:path for each image, or list baselines and outputs in files: "
                + "'diffah unbundle DELTA BASELINE-SPEC OUTPUT-SPEC'; other options keep their names."),
    };

    /// <summary>Refuses a line whose verb is one of them, whatever else is on it.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.FirstOrDefault(
            t => !t.StartsWith('-')) is { } verb && Known.TryGetValue(verb, out var answer))
            throw new DiffahException(DiffahErrors.InvalidArgument, answer.Message, answer.NextAction);
    }
}
