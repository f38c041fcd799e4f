using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Completion;

/// <summary>
/// Completes image references: first the transport, then files and folders and the images in them, or tags of a
/// registry or images of a daemon.
/// </summary>
public sealed class ImageReferenceCompleter : IArgumentCompleter
{
    private static readonly (string, string)[] Transports =
        [.. TransportTraits.Implemented.Select(t => (t.Prefix, Meaning(t)))];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var typed = Words.Unquote(wordToComplete);
        if (TransportTraits.Begun(typed) is not { } transport)
            return Words.Matching(Transports, wordToComplete);
        if (transport.Grammar == TransportGrammar.Registry)
            return TagCompletion.Find(typed, wordToComplete, SessionDefaults.Add(commandName, fakeBoundParameters));
        if (transport.Grammar == TransportGrammar.Image)
            return StoreNameCompletion.Find(
                typed, transport, wordToComplete, SessionDefaults.Add(commandName, fakeBoundParameters));
        return PlaceNameCompletion.Split(typed, transport) is { } begun
            ? PlaceNameCompletion.Find(begun, wordToComplete, SessionDefaults.Add(commandName, fakeBoundParameters))
            : CompletePath(transport, typed[transport.Prefix.Length..], wordToComplete);
    }

    private static string Meaning(TransportTraits transport) =>
        $"{char.ToUpperInvariant(transport.Summary[0])}{transport.Summary[1..]}: {transport.Syntax}";

    private static IEnumerable<CompletionResult> CompletePath(TransportTraits transport, string path, string word) =>
        !transport.HasPath ? [] : from file in FileCompletion.Find(path)
                                  where file.IsFolder || !transport.IsFolder
                                  select file.ToResult(transport.Prefix + file.Text, word);
}
