using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Blocks;

/// <summary>Writes Huffman codes as blocks say them, and keeps the one used last.</summary>
internal sealed class HuffmanWeightsCoder
{
    private const int MaximumLog = 6;
    private const int LongestCoded = 127;

    private readonly HuffmanCode _code = new();
    private readonly FseEncodingTable _table = new();
    private bool _isKnown;

    /// <summary>Begins a frame.</summary>
    public void Forget() => _isKnown = false;

    /// <summary>The code, which has all symbols that occur.</summary>
    /// <param name="occurrences">How often each symbol occurs.</param>
    /// <exception cref="RecipeRefusedException">There is no code, or it has not all of the symbols.</exception>
    public HuffmanCode For(ReadOnlySpan<uint> occurrences) =>
        _isKnown && _code.Covers(occurrences) ? _code : throw NoCode();

    /// <summary>Uses a code from here on.</summary>
    /// <exception cref="RecipeRefusedException">There is no such code.</exception>
    public void Use(ZstdHuffmanWeights weights)
    {
        var (bits, sum) = (weights.Bits, 0);
        if (bits is < 1 or > ZstdHuffmanWeights.MaximumBits || weights.SymbolCount < 2 || weights.Weights[^1] == 0)
            throw NoCode();
        Span<byte> lengths = stackalloc byte[weights.SymbolCount];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int weight = weights.Weights[symbol];
            if (weight > bits)
                throw NoCode();
            sum += (1 << weight) >> 1;
            lengths[symbol] = (byte)(weight == 0 ? 0 : bits + 1 - weight);
        }
        if (sum != 1 << bits)
            throw NoCode();
        _code.Build(lengths, bits);
        _isKnown = true;
    }

    /// <summary>Writes a code, and uses it from here on.</summary>
    /// <param name="weights">The code.</param>
    /// <param name="output">Where to; <see cref="HuffmanWeightsWriter.MaximumLength"/> bytes are enough.</param>
    /// <returns>Bytes that were written.</returns>
    /// <exception cref="RecipeRefusedException">There is no such code.</exception>
    public int Write(ZstdHuffmanWeights weights, Span<byte> output)
    {
        Use(weights);
        var written = weights.Weights[..^1];
        if (weights.IsDirect)
        {
            return written.Length <= HuffmanWeightsWriter.MaximumDirect
                ? HuffmanWeightsWriter.WriteDirect(output, written)
                : throw NoCode();
        }
        var counts = weights.Counts;
        if (written.Length < 2 || counts.AccuracyLog > MaximumLog)
            throw NoCode();
        foreach (var weight in written)
        {
            if (weight >= counts.SymbolCount || counts.Counts[weight] == 0)
                throw NoCode();
        }
        _table.Build(counts.Counts, counts.AccuracyLog);
        var length = HuffmanWeightsWriter.WriteCoded(output[1..], written, counts.Counts, _table);
        output[0] = (byte)length;
        return length <= LongestCoded ? 1 + length : throw NoCode();
    }

    private static RecipeRefusedException NoCode() => Refusals.Corrupt("literals have no Huffman code that fits");
}
