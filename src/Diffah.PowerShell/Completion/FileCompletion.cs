using System.Management.Automation;

namespace Diffah.PowerShell.Completion;

/// <summary>One file or folder that fits what the user has typed.</summary>
/// <param name="Text">The path, in the form the user has begun it.</param>
/// <param name="Name">Its name alone.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="FullPath">Its absolute path.</param>
internal sealed record FileCompletion(string Text, string Name, bool IsFolder, string FullPath)
{
    private static readonly char[] Separators = ['/', '\\', ':'];

    /// <summary>Finds what fits, relative to the session's location.</summary>
    /// <param name="typed">The path as far as it is typed, without quotes; wildcard characters stand for
    /// themselves.</param>
    public static IEnumerable<FileCompletion> Find(string typed)
    {
        var nameStart = typed.LastIndexOfAny(Separators) + 1;
        var (folder, name) = (typed[..nameStart], typed[nameStart..]);
        return from result in CompletionCompleters.CompleteFilename(WildcardPattern.Escape(folder))
               where result.ListItemText.StartsWith(name, StringComparison.OrdinalIgnoreCase)
               let isFolder = result.ResultType == CompletionResultType.ProviderContainer
               select new FileCompletion(folder + result.ListItemText, result.ListItemText, isFolder, result.ToolTip);
    }

    /// <summary>The completion with a prefix.</summary>
    /// <param name="text">The whole argument.</param>
    /// <param name="word">What the user has typed; quotes are kept.</param>
    public CompletionResult ToResult(string text, string? word) =>
        new(Words.Quote(text, word), Name,
            IsFolder ? CompletionResultType.ProviderContainer : CompletionResultType.ProviderItem, FullPath);
}
