using System.Text;

namespace Diffah.Engine.Reports;

/// <summary>Writes texts into Markdown of GitHub's flavor, in paragraphs, headings and cells of tables.</summary>
internal static class MarkdownText
{
    // What begins anything in a line of Markdown, or ends a cell. The rest stands for itself.
    private const string Special = "\\`*_[]<>|~&#@!$";

    /// <summary>A line of a report. Names and the like become code, in which nothing else is found.</summary>
    /// <param name="text">The line.</param>
    public static string Of(ReportText text) =>
        string.Concat(text.Runs.Select(r => r.IsCode ? Code(r.Text) : Words(r.Text)));

    /// <summary>A line of a report inside of HTML that Markdown holds.</summary>
    /// <param name="text">The line.</param>
    public static string InHtml(ReportText text) =>
        string.Concat(text.Runs.Select(r => r.IsCode ? $"<code>{ByNumbers(r.Text)}</code>" : ByNumbers(r.Text)));

    /// <summary>Words of our own.</summary>
    /// <param name="words">The words.</param>
    public static string Words(string words) => ByNumbers(words);

    // A code span can't hold every text: a grave accent ends it, and readers do not agree on a bar or a backslash in
    // the cell of a table, nor on spaces at its ends.
    private static string Code(string text) => text.AsSpan().IndexOfAny('`', '|', '\\') < 0 && text == text.Trim()
        ? $"`{text}`"
        : $"<code>{ByNumbers(text)}</code>";

    private static string ByNumbers(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var (index, character) in text.Index())
        {
            // An address would become a link of what is written here, numbers and all.
            var isAddress = character == ':' && text.AsSpan(index).StartsWith("://");
            if (isAddress || Special.Contains(character, StringComparison.Ordinal))
                escaped.Append("&#").Append((int)character).Append(';');
            else
                escaped.Append(character);
        }
        return escaped.ToString();
    }
}
