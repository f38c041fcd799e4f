using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>
/// Numbers of tar headers: octal digits (POSIX.1-1988 ustar), or two's complement behind a set first bit (GNU's
/// base-256).
/// </summary>
internal static class TarNumber
{
    /// <summary>Reads a field.</summary>
    /// <param name="field">The field, 8 or 12 bytes long.</param>
    /// <param name="value">The number, where the answer is true; 0 for an empty field.</param>
    /// <returns>False for what is no number, or for one that 63 bits can't hold.</returns>
    public static bool TryRead(ReadOnlySpan<byte> field, out long value) =>
        (field[0] & 0x80) != 0 ? TryReadBase256(field, out value) : TryReadOctal(field, out value);

    /// <summary>Writes octal digits and a NUL.</summary>
    /// <param name="field">The field; one byte longer than its digits.</param>
    /// <param name="value">The number; must fit.</param>
    public static void WriteOctal(Span<byte> field, long value)
    {
        var digits = Convert.ToString(value, 8).PadLeft(field.Length - 1, '0');
        Encoding.ASCII.GetBytes(digits, field);
        field[^1] = 0;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        // Writers pad with spaces or NULs, before and behind.
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }

    private static bool TryReadBase256(ReadOnlySpan<byte> field, out long value)
    {
        // Behind the marking bit, the next one is the sign.
        Int128 number = (field[0] & 0x7F) - ((field[0] & 0x40) << 1);
        foreach (var digit in field[1..])
            number = (number << 8) | digit;
        var fits = number >= long.MinValue && number <= long.MaxValue;
        value = fits ? (long)number : 0;
        return fits;
    }
}
