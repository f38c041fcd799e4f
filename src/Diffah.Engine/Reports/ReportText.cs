using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Reports;

/// <summary>Some characters of a report that look the same.</summary>
/// <param name="Text">The characters, on one line and safe to show.</param>
/// <param name="IsCode">
/// Whether they are no words of ours: a name, a path, a digest. A reader of Markdown makes nothing else of these.
/// </param>
internal readonly record struct TextRun(string Text, bool IsCode);

/// <summary>
/// A line of a report. Whatever it was made of, it has no characters that control a page or that nobody sees, and a
/// bounded length. Who writes it in a language escapes it for that language.
/// </summary>
/// <param name="Runs">Its parts.</param>
internal sealed record ReportText(ImmutableArray<TextRun> Runs)
{
    private const int LongestCode = 400;
    private const int LongestWords = 2000;

    /// <summary>Nothing.</summary>
    public static ReportText Empty { get; } = new([]);

    /// <summary>True where there are no characters.</summary>
    public bool IsEmpty => Runs.IsEmpty;

    /// <summary>Our own words.</summary>
    /// <param name="words">The words; null gives nothing.</param>
    public static ReportText Words(string? words) => Of(words, LongestWords, isCode: false);

    /// <summary>A name, a path, a version, a digest: what comes from outside.</summary>
    /// <param name="outside">The text; null gives nothing.</param>
    public static ReportText Code(string? outside) => Of(outside, LongestCode, isCode: true);

    /// <summary>Our own words.</summary>
    public static implicit operator ReportText(string words) => Words(words);

    /// <summary>One after the other.</summary>
    public static ReportText operator +(ReportText left, ReportText right) => new([.. left.Runs, .. right.Runs]);

    /// <summary>All characters.</summary>
    public override string ToString() => string.Concat(Runs.Select(r => r.Text));

    private static ReportText Of(string? text, int longest, bool isCode) => string.IsNullOrEmpty(text)
        ? Empty
        : new([new TextRun(Printable.Line(ShortText.Cut(text, longest)), isCode)]);
}
