using System.Buffers.Binary;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// Writes a number as another field of the same length writes its own: what fills octal digits in front, and what
/// ends them. What octal digits can't hold goes to base-256.
/// </summary>
internal static class NumberStyle
{
    private static ReadOnlySpan<byte> Ending => " \0"u8;

    /// <summary>Writes a number.</summary>
    /// <param name="model">The field whose style it takes.</param>
    /// <param name="value">The number, not negative.</param>
    /// <param name="field">The field, as long as the model.</param>
    public static void Write(ReadOnlySpan<byte> model, long value, Span<byte> field)
    {
        var isOctal = (model[0] & 0x80) == 0;
        var digits = isOctal ? model.TrimEnd(Ending).Length : 0;
        if (digits == 0)
        {
            (isOctal, digits) = (false, field.Length - 1);
        }
        if (digits < 22 && value >> (3 * digits) != 0)
        {
            WriteBase256(value, field);
            return;
        }
        if (isOctal)
            model[digits..].CopyTo(field[digits..]);
        else
            field[digits] = 0;
        WriteDigits(field[..digits], value, isOctal && model[0] == ' ' ? (byte)' ' : (byte)'0');
    }

    /// <summary>Reads a number that <see cref="Write"/> could be given.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The number.</param>
    public static bool TryRead(ReadOnlySpan<byte> field, out long value) =>
        TarNumber.TryRead(field, out value) && value >= 0;

    private static void WriteDigits(Span<byte> digits, long value, byte filling)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 3)
            digits[i] = value == 0 && i < digits.Length - 1 ? filling : (byte)('0' + (value & 7));
    }

    private static void WriteBase256(long value, Span<byte> field)
    {
        field.Clear();
        if (field.Length == sizeof(long))
            BinaryPrimitives.WriteInt64BigEndian(field, value);
        else
            BinaryPrimitives.WriteInt64BigEndian(field[^sizeof(long)..], value);
        field[0] |= 0x80;
    }
}
