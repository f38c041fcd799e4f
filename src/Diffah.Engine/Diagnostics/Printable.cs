using System.Globalization;
using System.Text;

namespace Diffah.Engine.Diagnostics;

/// <summary>
/// Makes text from outside safe to show. What controls a terminal, breaks a line, turns the direction of writing or is
/// not seen at all is shown as a question mark.
/// </summary>
internal static class Printable
{
    /// <summary>
    /// The text on one line, without characters of Unicode's classes Cc, Cf, Zl and Zp, and without halves of
    /// characters.
    /// </summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            line.Append(IsSeen(rune) ? rune.ToString() : "?");
        return line.ToString();
    }

    /// <summary>The same of a text of several lines, of which line feeds and tabs are kept.</summary>
    public static string Text(string text) => string.Join(
        '\n', text.Split('\n').Select(line => string.Join('\t', line.Split('\t').Select(Line))));

    // Half of a character is read as the replacement character, which is seen; it is written as such.
    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
