using System.Globalization;
using System.Text;

namespace Diffah.Engine.Reports;

/// <summary>Writes texts into HTML, as contents of elements and as values of attributes in double quotes.</summary>
internal static class HtmlText
{
    /// <summary>The text with what HTML reads as its own written by names.</summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"'") < 0)
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
            escaped.Append(character switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                _ => character.ToString(),
            });
        return escaped.ToString();
    }

    /// <summary>A line of a report: names and the like as code.</summary>
    /// <param name="text">The line.</param>
    public static string Of(ReportText text) =>
        string.Concat(text.Runs.Select(r => r.IsCode ? $"<code>{Of(r.Text)}</code>" : Of(r.Text)));

    /// <summary>A fraction of one as CSS has it: 41.5%. Within 0 and 100.</summary>
    /// <param name="share">The fraction.</param>
    public static string Percent(double share) =>
        (Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
