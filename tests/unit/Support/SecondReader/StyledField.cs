using System.Buffers.Binary;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>A number written like a field of the same length (content-patch.md, "Styled").</summary>
internal static class StyledField
{
    public static byte[] Make(ulong number, byte[] model)
    {
        var text = model.AsSpan().TrimEnd(" \0"u8);
        var count = text.Length;
        var lead = model[0] == ' ' ? (byte)' ' : (byte)'0';
        byte[] rest = model[count..];
        if ((model[0] & 0x80) != 0 || count == 0)
            (count, lead, rest) = (model.Length - 1, (byte)'0', [0]);
        var digits = new List<byte>();
        for (var left = number; left > 0 || digits.Count == 0; left /= 8)
            digits.Insert(0, (byte)('0' + left % 8));
        return digits.Count <= count
            ? [.. Enumerable.Repeat(lead, count - digits.Count), .. digits, .. rest]
            : Base256(number, model.Length);
    }

    private static byte[] Base256(ulong number, int length)
    {
        var field = new byte[length];
        BinaryPrimitives.WriteUInt64BigEndian(field.AsSpan(length - 8), number);
        field[0] |= 0x80;
        return field;
    }
}
