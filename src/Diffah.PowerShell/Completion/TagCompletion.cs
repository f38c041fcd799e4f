using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the tags of a registry's repository, where the registry answers soon.</summary>
internal static class TagCompletion
{
    /// <summary>References to the tags that fit; none where the registry can't be asked.</summary>
    /// <param name="typed">The reference as far as it is typed, without quotes.</param>
    /// <param name="word">What the user has typed; quotes are kept.</param>
    /// <param name="bound">The command's other parameters.</param>
    public static IEnumerable<CompletionResult> Find(string typed, string word, IDictionary bound)
    {
        var colon = typed.LastIndexOf(':');
        // A colon before the last slash is a port's.
        if (colon <= typed.LastIndexOf('/'))
            return [];
        var repository = typed[..colon];
        var tags = Inquiry.Ask(repository, bound,
            (transports, reference, token) => new ListTags(transports).RunAsync(
                reference, EventSink.None, token)) ?? [];
        return from tag in tags
               where tag.StartsWith(typed[(colon + 1)..], StringComparison.OrdinalIgnoreCase)
               let reference = $"{repository}:{tag}"
               select new CompletionResult(
                   Words.Quote(reference, word), tag, CompletionResultType.ParameterValue, reference);
    }
}
