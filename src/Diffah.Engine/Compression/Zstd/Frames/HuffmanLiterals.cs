using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Decodes literals by a Huffman code, which is kept for later blocks (RFC 8878, section 4.2.2).</summary>
internal sealed class HuffmanLiterals
{
    private const int JumpTable = 6;

    // An entry is the symbol, and above it the bits of its code.
    private readonly ushort[] _table = new ushort[1 << ZstdHuffmanWeights.MaximumBits];
    private int _bits;

    /// <summary>There is a code.</summary>
    public bool IsKnown => _bits > 0;

    /// <summary>Forgets the code.</summary>
    public void Forget() => _bits = 0;

    /// <summary>Uses this code from here on.</summary>
    public void Build(ZstdHuffmanWeights weights)
    {
        _bits = weights.Bits;
        var next = 0;
        for (var weight = 1; weight <= _bits; weight++)
        {
            var entries = 1 << (weight - 1);
            var length = _bits + 1 - weight;
            for (var symbol = 0; symbol < weights.SymbolCount; symbol++)
            {
                if (weights.Weights[symbol] != weight)
                    continue;
                _table.AsSpan(next, entries).Fill((ushort)(symbol | (length << 8)));
                next += entries;
            }
        }
    }

    /// <summary>Decodes literals.</summary>
    /// <param name="bytes">Their bits, the table of the streams' lengths before them where there are four.</param>
    /// <param name="streams">1 or 4.</param>
    /// <param name="literals">Takes them: as many as there are.</param>
    /// <exception cref="RecipeRefusedException">The bits are not such literals.</exception>
    public void Decode(ReadOnlySpan<byte> bytes, int streams, Span<byte> literals)
    {
        if (streams == 1)
        {
            DecodeStream(bytes, literals);
            return;
        }
        var quarter = (literals.Length + 3) / 4;
        if (bytes.Length < JumpTable || 3 * quarter > literals.Length)
            throw NotSo();
        var rest = bytes[JumpTable..];
        for (var stream = 0; stream < 3; stream++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * stream)..]);
            if (length > rest.Length)
                throw NotSo();
            DecodeStream(rest[..length], literals[..quarter]);
            rest = rest[length..];
            literals = literals[quarter..];
        }
        DecodeStream(rest, literals);
    }

    private void DecodeStream(ReadOnlySpan<byte> bytes, Span<byte> literals)
    {
        const int atOnce = 5;
        var bits = new BackwardBits(bytes);
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        var width = _bits;
        var index = 0;
        for (; index <= literals.Length - atOnce; index += atOnce)
        {
            var five = literals.Slice(index, atOnce);
            bits.Fill();
            five[0] = Next(ref bits, ref table, width);
            five[1] = Next(ref bits, ref table, width);
            five[2] = Next(ref bits, ref table, width);
            five[3] = Next(ref bits, ref table, width);
            five[4] = Next(ref bits, ref table, width);
        }
        bits.Fill();
        for (; index < literals.Length; index++)
            literals[index] = Next(ref bits, ref table, width);
        if (bits.Left != 0)
            throw NotSo();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Next(ref BackwardBits bits, ref ushort table, int width)
    {
        // The width is that of the table's part in use, so that no bits lead behind it.
        var entry = Unsafe.Add(ref table, bits.Peek(width));
        bits.Skip(entry >> 8);
        return (byte)entry;
    }

    private static RecipeRefusedException NotSo() => Refusals.Corrupt("literals are not coded as their header says");
}
