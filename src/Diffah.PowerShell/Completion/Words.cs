using System.Management.Automation;

namespace Diffah.PowerShell.Completion;

/// <summary>Words on a command line that is being completed.</summary>
internal static class Words
{
    /// <summary>The word without the quotes that the user has typed around it.</summary>
    /// <param name="word">The word; null is an empty one.</param>
    public static string Unquote(string? word)
    {
        if (word is not { Length: > 0 } || word[0] is not ('\'' or '"'))
            return word ?? "";
        var end = word.Length > 1 && word[^1] == word[0] ? 1 : 0;
        return word[1..^end];
    }

    /// <summary>The value as one argument, in quotes where a bare word would mean something else.</summary>
    /// <param name="value">The value.</param>
    /// <param name="typed">What the user has typed; quotes are kept.</param>
    public static string Quote(string value, string? typed = null)
    {
        var wasQuoted = typed is { Length: > 0 } && typed[0] is '\'' or '"';
        return wasQuoted || !value.All(IsPlain) ? $"'{value.Replace("'", "''", StringComparison.Ordinal)}'" : value;
    }

    /// <summary>Completions of one of several fixed values.</summary>
    /// <param name="values">The values, each with what it means.</param>
    /// <param name="word">What the user has typed.</param>
    public static IEnumerable<CompletionResult> Matching(
        IEnumerable<(string Value, string Meaning)> values, string? word) =>
        from value in values
        where value.Value.StartsWith(Unquote(word), StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(
            Quote(value.Value, word), value.Value, CompletionResultType.ParameterValue, value.Meaning);

    /// <summary>
    /// Completions of one of several fixed values; where none fits, what is typed, so that PowerShell offers no files.
    /// </summary>
    /// <param name="values">The values, each with what it means.</param>
    /// <param name="word">What the user has typed.</param>
    public static IEnumerable<CompletionResult> MatchingOrTyped(
        IEnumerable<(string Value, string Meaning)> values, string? word)
    {
        var matching = Matching(values, word).ToList();
        return matching.Count > 0 ? matching : Typed(word, "0");
    }

    /// <summary>What is typed as the only completion.</summary>
    /// <param name="word">What the user has typed.</param>
    /// <param name="fallback">The completion where nothing is typed; not empty.</param>
    public static IEnumerable<CompletionResult> Typed(string? word, string fallback) =>
        [string.IsNullOrEmpty(word) ? new CompletionResult(fallback) : new CompletionResult(word)];

    private static bool IsPlain(char c) =>
        char.IsLetterOrDigit(c) || c is '.' or '/' or '\\' or ':' or '-' or '_' or '+' or '=' or '~' or '%';
}
