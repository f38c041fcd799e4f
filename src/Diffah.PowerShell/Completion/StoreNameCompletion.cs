using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the names of a daemon's images, where the daemon answers soon.</summary>
internal static class StoreNameCompletion
{
    // Whatever image is named, the list is of all.
    private const string AnyName = "any";

    /// <summary>References to the images that fit; none where the daemon can't be asked.</summary>
    /// <param name="typed">The reference as far as it is typed, without quotes.</param>
    /// <param name="transport">Its transport.</param>
    /// <param name="word">What the user has typed; quotes are kept.</param>
    /// <param name="bound">The command's other parameters.</param>
    public static IEnumerable<CompletionResult> Find(
        string typed, TransportTraits transport, string word, IDictionary bound) =>
        from name in Inquiry.Ask(transport.Prefix + AnyName, bound,
            (transports, place, token) => new ListImages(transports).RunAsync(place, token)) ?? []
        let reference = transport.Prefix + name
        where reference.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(Words.Quote(reference, word), name, CompletionResultType.ParameterValue, reference);
}
