using System.Buffers;

namespace Diffah.Engine.Diagnostics;

/// <summary>Makes text from outside safe to show: what controls a terminal is shown as a question mark.</summary>
internal static class Printable
{
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c)]);

    /// <summary>The text on one line, without control characters (Unicode's class Cc).</summary>
    public static string Line(string text) =>
        text.AsSpan().ContainsAny(Controls)
            ? string.Create(text.Length, text, (line, source) => source.AsSpan().ReplaceAny(line, Controls, '?'))
            : text;
}
