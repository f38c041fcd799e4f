using System.Text;
using System.Text.Json;

namespace Diffah.Engine.Signing;

/// <summary>
/// Checks that a document has the layout of the format's writers: two-space indent, and one form for every text and
/// number. The signature covers the canonical form, which ignores layout. With this check no byte of a signed document
/// can differ.
/// </summary>
internal static class DocumentLayout
{
    /// <summary>Checks a document that was parsed before.</summary>
    /// <param name="document">The document, in UTF-8.</param>
    /// <exception cref="JsonException">The layout differs.</exception>
    public static void Check(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = CanonicalJson.MaximumDepth });
        var previous = JsonTokenType.None;
        var end = 0;
        while (reader.Read())
        {
            CheckSpace(document[end..(int)reader.TokenStartIndex], previous, reader.TokenType, reader.CurrentDepth);
            CheckToken(ref reader);
            (previous, end) = (reader.TokenType, End(ref reader));
        }
        if (end != document.Length)
            throw Differs();
    }

    /// <summary>Where a token ends: a name's colon is space before its value.</summary>
    private static int End(ref Utf8JsonReader reader) => (int)reader.TokenStartIndex + reader.ValueSpan.Length
        + (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);

    private static void CheckSpace(
        ReadOnlySpan<byte> space, JsonTokenType previous, JsonTokenType token, int depth)
    {
        var opened = previous is JsonTokenType.StartObject or JsonTokenType.StartArray;
        var closes = token is JsonTokenType.EndObject or JsonTokenType.EndArray;
        var isRight = previous switch
        {
            JsonTokenType.None => space.IsEmpty,
            JsonTokenType.PropertyName => space.SequenceEqual(": "u8),
            _ when opened && closes => space.IsEmpty,
            _ when opened || closes => IsLine(space, depth),
            _ => space.StartsWith(","u8) && IsLine(space[1..], depth),
        };
        if (!isRight)
            throw Differs();
    }

    private static bool IsLine(ReadOnlySpan<byte> space, int depth) =>
        space.Length == 1 + 2 * depth && space[0] == (byte)'\n' && !space[1..].ContainsAnyExcept((byte)' ');

    private static void CheckToken(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            CheckEscapes(raw);
        if (reader.TokenType is JsonTokenType.Number
            && !raw.SequenceEqual(Encoding.ASCII.GetBytes(CanonicalNumber.Format(reader.GetDouble()))))
            throw new JsonException("it holds a number in another form than the format's writers give it.");
    }

    private static JsonException Differs() =>
        new("it is not laid out as the format says (two-space indent, nothing else between the tokens).");

    /// <summary>
    /// Allows the escapes that our writer and Go's <c>encoding/json</c> use: for what must be escaped, and for what
    /// HTML or JavaScript could misread. Hexadecimal digits are in lower case.
    /// </summary>
    private static void CheckEscapes(ReadOnlySpan<byte> raw)
    {
        for (var at = raw.IndexOf((byte)'\\'); at >= 0; at = raw.IndexOf((byte)'\\'))
        {
            var length = raw[at + 1] == (byte)'u' ? 6 : 2;
            if (!IsAllowed(raw.Slice(at + 1, length - 1)))
                throw new JsonException(
                    $"it holds the escape {Encoding.ASCII.GetString(raw.Slice(at, length))}, "
                        + "which the format's writers do not use.");
            raw = raw[(at + length)..];
        }
    }

    private static bool IsAllowed(ReadOnlySpan<byte> escape)
    {
        if (escape[0] != (byte)'u')
            return "\"\\bfnrt"u8.Contains(escape[0]);
        if (escape.ContainsAnyInRange((byte)'A', (byte)'F'))
            return false;
        var code = Convert.ToInt32(Encoding.ASCII.GetString(escape[1..]), 16);
        // Tab, line feed and carriage return have short forms in every writer; backspace and form feed do not in older
        // ones of Go.
        return code is (< 0x20 and not ('\t' or '\n' or '\r')) or '<' or '>' or '&' or 0x2028 or 0x2029;
    }
}
