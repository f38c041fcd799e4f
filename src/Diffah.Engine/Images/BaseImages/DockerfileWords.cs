using System.Text;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>
/// Words as a shell has them: spaces part them, but not within quotes, and not where they are escaped.
/// </summary>
internal static class DockerfileWords
{
    /// <summary>Parts a text; quotes and escapes stay in the words. Null where a quote is never closed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="escape">The character that escapes.</param>
    public static List<string>? Split(string text, char escape)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                Finish();
                at++;
                continue;
            }
            var end = EndOfPiece(text, at, escape);
            if (end < 0)
                return null;
            word.Append(text, at, end - at);
            at = end;
        }
        Finish();
        return words;

        void Finish()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>A word without its quotes and escapes; null where a quote is never closed.</summary>
    /// <param name="word">The word.</param>
    /// <param name="escape">The character that escapes.</param>
    public static string? Unquote(string word, char escape)
    {
        var plain = new StringBuilder();
        for (var at = 0; at < word.Length;)
        {
            var end = EndOfPiece(word, at, escape);
            if (end < 0)
                return null;
            var piece = word.AsSpan(at, end - at);
            if (piece[0] == '\'')
                plain.Append(piece[1..^1]);
            else if (piece[0] == '"')
                AppendUnescaped(plain, piece[1..^1], escape);
            else
                plain.Append(piece[0] == escape ? piece[1..] : piece);
            at = end;
        }
        return plain.ToString();
    }

    /// <summary>True for what can be escaped between double quotes.</summary>
    public static bool IsEscapable(char c, char escape) => c == '"' || c == '$' || c == escape;

    private static void AppendUnescaped(StringBuilder plain, ReadOnlySpan<char> quoted, char escape)
    {
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == escape && i + 1 < quoted.Length && IsEscapable(quoted[i + 1], escape))
                i++;
            plain.Append(quoted[i]);
        }
    }

    // What is quoted, what is escaped, or one character; -1 where a quote is never closed.
    private static int EndOfPiece(string text, int at, char escape)
    {
        if (text[at] == escape)
            return Math.Min(at + 2, text.Length);
        if (text[at] is not ('"' or '\''))
            return at + 1;
        var quote = text[at];
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
                return i + 1;
            if (text[i] == escape && quote == '"' && i + 1 < text.Length && IsEscapable(text[i + 1], escape))
                i++;
        }
        return -1;
    }
}
