using System.Text;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>A text and its lines: each ends with a line feed, but for the last, which need not.</summary>
internal sealed class TextLines
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly string _text;
    private readonly List<int> _starts = [];

    private TextLines(string text)
    {
        _text = text;
        for (var start = 0; start < text.Length;)
        {
            _starts.Add(start);
            var feed = text.IndexOf('\n', start);
            start = feed < 0 ? text.Length : feed + 1;
        }
    }

    /// <summary>How many lines there are.</summary>
    public int Count => _starts.Count;

    /// <summary>A line, with its line feed.</summary>
    /// <param name="index">Which; 0 is the first.</param>
    public ReadOnlySpan<char> this[int index] => Span(index, index + 1);

    /// <summary>Lines of a file; null where it is no text: it holds a NUL, or is not UTF-8.</summary>
    /// <param name="bytes">The file.</param>
    public static TextLines? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
            return null;
        try
        {
            return new TextLines(Utf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Several lines as one text.</summary>
    /// <param name="from">The first.</param>
    /// <param name="to">The one behind the last.</param>
    public string Join(int from, int to) => Span(from, to).ToString();

    private ReadOnlySpan<char> Span(int from, int to) => _text.AsSpan(Start(from)..Start(to));

    private int Start(int index) => index < _starts.Count ? _starts[index] : _text.Length;
}
