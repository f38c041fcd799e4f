using System.Buffers.Binary;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Bytes that are read from front to back, with the numbers of content patches.</summary>
internal sealed class PatchCursor(byte[] bytes)
{
    private int _at;

    public int Left => bytes.Length - _at;

    public byte Byte() => Take(1)[0];

    public byte[] Take(long count)
    {
        if (count < 0 || count > Left)
            throw new InvalidDataException($"{count} bytes are asked for, and {Left} are left");
        _at += (int)count;
        return bytes[(_at - (int)count).._at];
    }

    /// <summary>Seven bits a byte, the least significant first.</summary>
    public ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("a number has more than 64 bits");
    }

    public int Count(long most)
    {
        var value = Number();
        return value <= (ulong)most ? (int)value : throw new InvalidDataException($"{value} is more than {most}");
    }

    /// <summary>d ≥ 0 as 2d, d &lt; 0 as −2d − 1.</summary>
    public long Signed() => Unfold(Number());

    public static long Unfold(ulong number) => (number & 1) == 0 ? (long)(number >> 1) : ~(long)(number >> 1);

    public static ulong Little(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
