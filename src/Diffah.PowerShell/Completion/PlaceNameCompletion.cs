using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the names of the images in an archive or a layout, after its path.</summary>
internal static partial class PlaceNameCompletion
{
    /// <summary>A reference whose path has ended.</summary>
    /// <param name="Place">Transport and path.</param>
    /// <param name="Name">The image's name, as far as it is typed.</param>
    public sealed record Begun(string Place, string Name);

    /// <summary>
    /// Splits a reference where its path ends; null where it has not ended yet, or the transport has no names.
    /// </summary>
    /// <param name="typed">The reference as far as it is typed, without quotes.</param>
    /// <param name="transport">Its transport.</param>
    public static Begun? Split(string typed, TransportTraits transport) =>
        transport.Naming != ImageNaming.None && Form().Match(typed, transport.Prefix.Length) is { Success: true } match
            ? new Begun(typed[..match.Groups["name"].Index][..^1], match.Groups["name"].Value)
            : null;

    /// <summary>References to the images that fit; none where the place can't be read soon.</summary>
    /// <param name="begun">The reference as far as it is typed.</param>
    /// <param name="word">What the user has typed; quotes are kept.</param>
    /// <param name="bound">The command's other parameters.</param>
    public static IEnumerable<CompletionResult> Find(Begun begun, string word, IDictionary bound) =>
        from name in Inquiry.Ask(
            begun.Place, bound, (transports, place, token) => new ListImages(transports).RunAsync(place, token)) ?? []
        where name.StartsWith(begun.Name, StringComparison.OrdinalIgnoreCase)
        let reference = $"{begun.Place}:{name}"
        select new CompletionResult(Words.Quote(reference, word), name, CompletionResultType.ParameterValue, reference);

    // A drive of the session has a colon of its own, before a slash.
    [GeneratedRegex(@"\G(?:[^:/\\]+:(?=[/\\]))?[^:]+:(?<name>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Form();
}
