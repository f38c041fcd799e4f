using System.Buffers.Binary;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>The headers within a compressed block, as short as they can be.</summary>
internal static class SectionHeaders
{
    /// <summary>Bytes before raw literals or before the one byte of RLE literals.</summary>
    public static int PlainLength(int literals) => literals < 1 << 5 ? 1 : literals < 1 << 12 ? 2 : 3;

    /// <summary>Writes the header of raw or RLE literals.</summary>
    /// <param name="output">Where to; 3 bytes are enough.</param>
    /// <param name="type">Which of the two.</param>
    /// <param name="literals">Bytes of literals.</param>
    /// <param name="length">How many bytes the header has; <see cref="PlainLength"/> or more.</param>
    public static void WritePlain(Span<byte> output, ZstdLiteralsType type, int literals, int length)
    {
        var value = length switch
        {
            1 => (uint)literals << 3,
            2 => ((uint)literals << 4) | (1 << 2),
            _ => ((uint)literals << 4) | (3 << 2),
        };
        WriteBytes(output, value | (uint)type, length);
    }

    /// <summary>Bytes before coded literals.</summary>
    /// <param name="coded">Bytes of their table and streams.</param>
    /// <param name="literals">Bytes of literals.</param>
    public static int CodedLength(int coded, int literals)
    {
        var larger = Math.Max(coded, literals);
        return larger < 1 << 10 ? 3 : larger < 1 << 14 ? 4 : 5;
    }

    /// <summary>Writes the header of literals that are coded.</summary>
    /// <param name="output">Where to; 5 bytes are enough.</param>
    /// <param name="type">With a table or without.</param>
    /// <param name="coded">Bytes of their table and streams.</param>
    /// <param name="literals">Bytes of literals.</param>
    /// <param name="isOne">There is one stream; only below 1,024 bytes of each.</param>
    /// <param name="length">How many bytes the header has; <see cref="CodedLength"/> or more.</param>
    public static void WriteCoded(Span<byte> output, ZstdLiteralsType type, int coded, int literals, bool isOne,
        int length)
    {
        var format = length - 2 - (isOne ? 1 : 0);
        var width = length == 3 ? 10 : length == 4 ? 14 : 18;
        var value = (uint)type | ((ulong)format << 2) | ((ulong)literals << 4) | ((ulong)coded << (4 + width));
        WriteBytes(output, value, length);
    }

    /// <summary>Writes how many sequences there are.</summary>
    /// <param name="output">Where to; 3 bytes are enough.</param>
    /// <param name="count">0 to 98,047.</param>
    /// <returns>Bytes that were written.</returns>
    public static int WriteSequenceCount(Span<byte> output, int count)
    {
        if (count < 128)
        {
            output[0] = (byte)count;
            return 1;
        }
        if (count < 0x7f00)
        {
            (output[0], output[1]) = ((byte)((count >> 8) + 128), (byte)count);
            return 2;
        }
        output[0] = 255;
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)(count - 0x7f00));
        return 3;
    }

    private static void WriteBytes(Span<byte> output, ulong value, int length)
    {
        for (var i = 0; i < length; i++)
            output[i] = (byte)(value >> (8 * i));
    }
}
