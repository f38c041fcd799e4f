using System.Buffers.Binary;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>A Huffman code of literals, by the lengths of its codes (RFC 8878, section 4.2.1.3).</summary>
internal sealed class HuffmanCode
{
    /// <summary>Bytes before four streams that say the lengths of the first three.</summary>
    public const int JumpLength = 6;

    // The code, and its length above it.
    private const int LengthShift = 16;

    private readonly uint[] _codes = new uint[256];

    /// <summary>Bits of the longest code.</summary>
    public int Bits { get; private set; }

    /// <summary>Symbols up to the last that has a code.</summary>
    public int SymbolCount { get; private set; }

    /// <summary>Bits of a symbol's code; 0 where it has none.</summary>
    public int Length(int symbol) => (int)(_codes[symbol] >> LengthShift);

    /// <summary>Makes the code: the longest codes come first, and those of one length in the order of
    /// symbols.</summary>
    /// <param name="lengths">Bits of the code of each symbol, 0 for none; the last has one.</param>
    /// <param name="bits">The most bits of a code; at most <see cref="ZstdHuffmanWeights.MaximumBits"/>.</param>
    public void Build(ReadOnlySpan<byte> lengths, int bits)
    {
        (Bits, SymbolCount) = (bits, lengths.Length);
        Array.Clear(_codes);
        Span<int> next = stackalloc int[ZstdHuffmanWeights.MaximumBits + 2];
        next.Clear();
        foreach (var length in lengths)
            next[length]++;
        var first = 0;
        for (var length = bits; length > 0; length--)
        {
            var count = next[length];
            next[length] = first;
            first = (first + count) >> 1;
        }
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            var length = lengths[symbol];
            if (length != 0)
                _codes[symbol] = (uint)next[length]++ | ((uint)length << LengthShift);
        }
    }

    /// <summary>Becomes the same as another.</summary>
    public void CopyFrom(HuffmanCode other)
    {
        (Bits, SymbolCount) = (other.Bits, other.SymbolCount);
        other._codes.CopyTo(_codes.AsSpan());
    }

    /// <summary>Bytes that literals would take, without the table.</summary>
    /// <param name="counts">How often each symbol occurs.</param>
    public int Size(ReadOnlySpan<uint> counts)
    {
        var bits = 7u;
        for (var symbol = 0; symbol < counts.Length; symbol++)
            bits += (_codes[symbol] >> LengthShift) * counts[symbol];
        return (int)(bits >> 3);
    }

    /// <summary>Whether all symbols that occur have a code.</summary>
    public bool Covers(ReadOnlySpan<uint> counts)
    {
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] != 0 && _codes[symbol] == 0)
                return false;
        }
        return true;
    }

    /// <summary>Bytes in which literals can be written for sure, by one stream or by four.</summary>
    public static int Room(int literals) =>
        literals * ZstdHuffmanWeights.MaximumBits / 8 + JumpLength + 4 * (1 + BackwardBitWriter.Slack);

    /// <summary>Writes literals as one stream.</summary>
    /// <returns>Bytes that were written.</returns>
    public int WriteOne(Span<byte> output, ReadOnlySpan<byte> literals)
    {
        var codes = _codes;
        var writer = new BackwardBitWriter(output);
        var at = literals.Length;
        for (; (at & 3) != 0; at--)
            Add(ref writer, codes[literals[at - 1]]);
        for (; at > 0; at -= 4)
        {
            writer.Flush();
            var four = BinaryPrimitives.ReadUInt32LittleEndian(literals[(at - 4)..]);
            Add(ref writer, codes[(byte)(four >> 24)]);
            Add(ref writer, codes[(byte)(four >> 16)]);
            Add(ref writer, codes[(byte)(four >> 8)]);
            Add(ref writer, codes[(byte)four]);
        }
        return writer.Close();
    }

    /// <summary>Writes literals as four streams, the first three of the same length.</summary>
    /// <param name="output">Where to; <see cref="Room"/> is enough.</param>
    /// <param name="literals">At least 6 bytes.</param>
    /// <returns>Bytes that were written; 0 where a stream is too long for its length to be said.</returns>
    public int WriteFour(Span<byte> output, ReadOnlySpan<byte> literals)
    {
        var part = (literals.Length + 3) / 4;
        var length = JumpLength;
        for (var i = 0; i < 4; i++)
        {
            var from = Math.Min(i * part, literals.Length);
            var written = WriteOne(output[length..], literals[from..Math.Min(from + part, literals.Length)]);
            if (written > ushort.MaxValue)
                return 0;
            if (i < 3)
                BinaryPrimitives.WriteUInt16LittleEndian(output[(2 * i)..], (ushort)written);
            length += written;
        }
        return length;
    }

    private static void Add(ref BackwardBitWriter writer, uint code) =>
        writer.Add((ushort)code, (int)(code >> LengthShift));
}
