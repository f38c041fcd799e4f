using System.Buffers;
using System.Globalization;
using System.Text;

namespace Diffah.Engine.Oci;

/// <summary>
/// Texts of JSON in their one canonical form (RFC 8785, section 3.2.2.2): only what must be escaped is.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>The text with its quotes and escapes.</summary>
    public static string Quote(string text)
    {
        if (!text.AsSpan().ContainsAny(Escaped))
            return $"\"{text}\"";
        var quoted = new StringBuilder("\"", text.Length + 8);
        foreach (var c in text)
            quoted.Append(Escaped.Contains(c) ? Escape(c) : c.ToString());
        return quoted.Append('"').ToString();
    }

    private static string Escape(char c) => c switch
    {
        '\b' => @"\b",
        '\t' => @"\t",
        '\n' => @"\n",
        '\f' => @"\f",
        '\r' => @"\r",
        '"' or '\\' => $@"\{c}",
        _ => $@"\u{((int)c).ToString("x4", CultureInfo.InvariantCulture)}",
    };
}
