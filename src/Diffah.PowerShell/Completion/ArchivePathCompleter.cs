using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the path of a delta archive, as a pattern: wildcard characters of a name are escaped.</summary>
public sealed class ArchivePathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Complete(wordToComplete, WildcardPattern.Escape);

    internal static IEnumerable<CompletionResult> Complete(string word, Func<string, string> write) =>
        from file in FileCompletion.Find(WildcardPattern.Unescape(Words.Unquote(word)))
        where file.IsFolder || IsArchive(file.Name)
        select file.ToResult(write(file.Text), word);

    private static bool IsArchive(string name) =>
        name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".zst", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".001", StringComparison.Ordinal);
}

/// <summary>Completes the path of a delta archive, as it is.</summary>
public sealed class LiteralArchivePathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        ArchivePathCompleter.Complete(wordToComplete, path => path);
}
