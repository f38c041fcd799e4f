using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Diffah.PowerShell.Completion;

/// <summary>
/// Completes the path of a folder, as it is. Where none fits, what is typed stays: PowerShell would offer files.
/// </summary>
public sealed class FolderCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var folders = FileCompletion.Find(Words.Unquote(wordToComplete)).Where(file => file.IsFolder)
            .Select(file => file.ToResult(file.Text, wordToComplete)).ToList();
        return folders.Count > 0 ? folders : Words.Typed(wordToComplete, "./");
    }
}
