using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes image references: first the transport, then files and folders and the images in them, or tags of a registry.</summary>
public sealed class ImageReferenceCompleter : IArgumentCompleter
{
    private static readonly (string, string)[] Transports =
    [
        ("docker-archive:", "A tar that docker save wrote: docker-archive:PATH[:NAME:TAG]"),
        ("oci-archive:", "An OCI image layout in a tar: oci-archive:PATH[:REF]"),
        ("oci:", "An OCI image layout in a folder: oci:FOLDER[:REF]"),
        ("dir:", "A folder with manifest and blobs: dir:FOLDER"),
        ("docker://", "A registry: docker://HOST/REPOSITORY[:TAG|@DIGEST]"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = Words.Unquote(wordToComplete);
        var colon = typed.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || "docker://".StartsWith(typed, StringComparison.Ordinal))
            return Words.Matching(Transports, wordToComplete);
        if (typed[..colon] == TransportNames.Registry)
            return TagCompletion.Find(typed, wordToComplete, SessionDefaults.Add(commandName, fakeBoundParameters));
        return PlaceNameCompletion.Split(typed) is { } begun
            ? PlaceNameCompletion.Find(begun, wordToComplete, SessionDefaults.Add(commandName, fakeBoundParameters))
            : CompletePath(typed[..colon], typed[(colon + 1)..], wordToComplete);
    }

    private static IEnumerable<CompletionResult> CompletePath(string transport, string path, string word)
    {
        if (!TransportNames.Files.Contains(transport))
            return [];
        var foldersOnly = transport is TransportNames.OciLayout or TransportNames.Directory;
        return FileCompletion.Find(path).Where(file => file.IsFolder || !foldersOnly).Select(file => file.ToResult($"{transport}:{file.Text}", word));
    }
}
