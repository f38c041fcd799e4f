using System.Numerics;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Reads the Huffman code of literals (RFC 8878, section 4.2.1).</summary>
internal sealed class HuffmanWeightsReader
{
    private const int MaximumLog = 6;
    private const int MaximumWeight = ZstdHuffmanWeights.MaximumBits;
    private const int FirstDirect = 127;

    private readonly FseDecoder _decoder = new(MaximumLog);

    /// <summary>Reads weights.</summary>
    /// <param name="bytes">They begin here; what follows them is left alone.</param>
    /// <param name="into">Takes them.</param>
    /// <returns>How many bytes they take.</returns>
    /// <exception cref="RecipeRefusedException">There is no such code.</exception>
    public int Read(ReadOnlySpan<byte> bytes, ZstdHuffmanWeights into)
    {
        if (bytes.IsEmpty)
            throw Refusals.CutShort();
        int first = bytes[0];
        into.IsDirect = first > FirstDirect;
        var length = into.IsDirect ? (first - FirstDirect + 1) / 2 : first;
        if (length > bytes.Length - 1)
            throw Refusals.CutShort();
        into.SymbolCount = ZstdHuffmanWeights.MaximumSymbols;
        var body = bytes.Slice(1, length);
        var written = into.IsDirect
            ? ReadDirect(body, first - FirstDirect, into.Weights)
            : ReadCoded(body, into);
        AddLast(into, written);
        return 1 + length;
    }

    private static int ReadDirect(ReadOnlySpan<byte> body, int count, Span<byte> weights)
    {
        for (var symbol = 0; symbol < count; symbol++)
            weights[symbol] = (byte)((symbol & 1) == 0 ? body[symbol >> 1] >> 4 : body[symbol >> 1] & 15);
        if ((count & 1) != 0 && (body[count >> 1] & 15) != 0)
            throw Refusals.PaddingNotZero();
        return count;
    }

    /// <summary>Two states take turns. The end is where more bits were taken than there are: the other state has one
    /// more weight.</summary>
    private int ReadCoded(ReadOnlySpan<byte> body, ZstdHuffmanWeights into)
    {
        var weights = into.Weights;
        var header = FseCountsReader.Read(body, into.Counts, MaximumLog, MaximumWeight + 1);
        _decoder.Build(into.Counts);
        var bits = new BackwardBits(body[header..]);
        var state = (int)bits.Take(_decoder.AccuracyLog);
        var other = (int)bits.Take(_decoder.AccuracyLog);
        for (var count = 0; count < weights.Length - 2; count++)
        {
            weights[count] = Step(ref bits, ref state);
            if (bits.Left < 0)
            {
                weights[count + 1] = Step(ref bits, ref other);
                return count + 2;
            }
            (state, other) = (other, state);
        }
        throw TooMany();
    }

    private byte Step(ref BackwardBits bits, ref int state)
    {
        var entry = _decoder.Entries[state];
        bits.Fill();
        state = (int)((entry & 0xFFFF) + bits.Take((int)(entry >> FseDecoder.BitsShift) & 0xFF));
        return (byte)(entry >> FseDecoder.SymbolShift);
    }

    /// <summary>Works the last weight out: it fills the code up.</summary>
    private static void AddLast(ZstdHuffmanWeights into, int written)
    {
        var weights = into.Weights;
        Span<int> symbols = stackalloc int[MaximumWeight + 1];
        symbols.Clear();
        var sum = 0;
        foreach (var weight in weights[..written])
        {
            if (weight > MaximumWeight)
                throw NoCode();
            symbols[weight]++;
            sum += (1 << weight) >> 1;
        }
        var bits = BitOperations.Log2((uint)sum) + 1;
        var left = (1 << bits) - sum;
        if (sum == 0 || bits > MaximumWeight || !BitOperations.IsPow2(left))
            throw NoCode();
        var last = BitOperations.Log2((uint)left) + 1;
        symbols[last]++;
        // Of the longest codes there are two at least, or they would be shorter.
        if (symbols[1] < 2)
            throw NoCode();
        weights[written] = (byte)last;
        into.SymbolCount = written + 1;
        into.Bits = bits;
    }

    private static RecipeRefusedException NoCode() => Refusals.Corrupt("literals have no Huffman code");

    private static RecipeRefusedException TooMany() => Refusals.Corrupt("a Huffman code has too many symbols");
}
