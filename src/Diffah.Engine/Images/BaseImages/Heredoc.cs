using System.Text.RegularExpressions;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>
/// A heredoc that an instruction begins: the lines up to one that is its name are a file's, or a script's.
/// </summary>
/// <param name="Name">The name, without quotes.</param>
/// <param name="DropsTabs">True for <c>&lt;&lt;-</c>, which leaves tabs out that lines begin with.</param>
internal sealed partial record Heredoc(string Name, bool DropsTabs)
{
    // The reference knows no other escape here, whatever the file's own is.
    private const char Escape = '\\';

    /// <summary>True for the line after the last one of the heredoc.</summary>
    public bool EndsIn(string line) => (DropsTabs ? line.TrimStart('\t') : line).TrimEnd('\r') == Name;

    /// <summary>The heredocs that an instruction begins, in their order.</summary>
    /// <param name="arguments">What follows its keyword.</param>
    public static IEnumerable<Heredoc> FindAll(string arguments) =>
        !arguments.Contains("<<", StringComparison.Ordinal)
            ? []
            : DockerfileWords.Split(arguments, Escape) is { } words ? words.Select(Of).OfType<Heredoc>() : [];

    private static Heredoc? Of(string word) =>
        Start().Match(word) is { Success: true } match
            && DockerfileWords.Unquote(match.Groups["name"].Value, Escape) is { Length: > 0 } name
            ? new Heredoc(name, match.Groups["dash"].Length > 0)
            : null;

    [GeneratedRegex(@"\A[0-9]*<<(?<dash>-?)(?<name>[^<]+)\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Start();
}
