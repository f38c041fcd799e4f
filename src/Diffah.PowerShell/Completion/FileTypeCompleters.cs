using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Diffah.PowerShell.Completion;

/// <summary>Completes the path of a file of certain extensions, as it is.</summary>
/// <param name="extensions">The extensions, each with its dot; none for every file.</param>
public abstract class FileTypeCompleter(params string[] extensions) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        from file in FileCompletion.Find(Words.Unquote(wordToComplete))
        where file.IsFolder || extensions.Length == 0
            || extensions.Contains(Path.GetExtension(file.Name), StringComparer.OrdinalIgnoreCase)
        select file.ToResult(file.Text, wordToComplete);
}

/// <summary>Completes the path of a private key.</summary>
public sealed class PrivateKeyCompleter() : FileTypeCompleter(".key", ".pem");

/// <summary>Completes the path of a public key.</summary>
public sealed class PublicKeyCompleter() : FileTypeCompleter(".pub", ".pem");

/// <summary>Completes the path of a JSON file: a spec, or a manifest.</summary>
public sealed class JsonFileCompleter() : FileTypeCompleter(".json");

/// <summary>Completes the path of a report.</summary>
public sealed class ReportCompleter() : FileTypeCompleter(".html", ".htm", ".md");

/// <summary>Completes the path of any file.</summary>
public sealed class FileCompleter() : FileTypeCompleter;
