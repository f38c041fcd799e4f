using System.Text;

namespace Diffah.Engine.Content;

/// <summary>
/// The text of a small file. Editors and shells of Windows begin UTF-8 with a mark, or write UTF-16 (PowerShell 5's
/// <c>&gt;</c>); all else is UTF-8.
/// </summary>
internal static class TextBytes
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding LittleEndian = new(bigEndian: false, false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding BigEndian = new(bigEndian: true, false, throwOnInvalidBytes: true);

    /// <summary>Reads bytes as text; null where they are not Unicode.</summary>
    public static string? Read(ReadOnlySpan<byte> bytes)
    {
        var encoding = Detect(bytes, out var mark);
        try
        {
            return encoding.GetString(bytes[mark..]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes in UTF-8 and without a mark; null where they are not Unicode.</summary>
    public static ReadOnlyMemory<byte>? ToUtf8(ReadOnlyMemory<byte> bytes)
    {
        var encoding = Detect(bytes.Span, out var mark);
        if (encoding == Utf8)
            return System.Text.Unicode.Utf8.IsValid(bytes.Span[mark..]) ? bytes[mark..] : (ReadOnlyMemory<byte>?)null;
        return Read(bytes.Span) is { } text ? Utf8.GetBytes(text) : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>How the bytes are to be read, and how many of them at the start say so.</summary>
    public static Encoding Detect(ReadOnlySpan<byte> bytes, out int mark)
    {
        mark = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
                ? 2 : 0;
        // All of these files begin with a character of ASCII, so that half of it is zero in UTF-16.
        return bytes switch
        {
            [0xFF, 0xFE, ..] or [not 0, 0, ..] => LittleEndian,
            [0xFE, 0xFF, ..] or [0, not 0, ..] => BigEndian,
            _ => Utf8,
        };
    }
}
