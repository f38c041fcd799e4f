using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the names of the images in the archive that the command names.</summary>
public sealed class ImageNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var bound = SessionDefaults.Add(commandName, fakeBoundParameters);
        var archive = Inquiry.Ask(
            () => Resolve(bound), (path, token) => InspectArchive.RunAsync(path, EventSink.None, token));
        return Words.Matching(
            archive?.Images.Select(image => (image.Name, $"{image.LayerCount} layers")) ?? [], wordToComplete);
    }

    private static string Resolve(IDictionary bound)
    {
        var paths = Session.Paths;
        if (bound["LiteralPath"] is { } literal)
            return paths.ResolveLiteral($"{literal}");
        return paths.ResolveWildcards($"{bound["Path"]}") is [var only]
            ? only
            : throw new DiffahException(DiffahErrors.InvalidArgument, "Images are of one archive.");
    }
}
