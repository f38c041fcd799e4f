using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>How many bits the parts of a block take.</summary>
internal static class BlockSizes
{
    /// <summary>The symbols, without their extra bits.</summary>
    public static long Codes(ReadOnlySpan<int> counts, ReadOnlySpan<byte> lengths)
    {
        long bits = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
            bits += (long)counts[symbol] * lengths[symbol];
        return bits;
    }

    /// <summary>The symbols in the fixed codes, without their extra bits.</summary>
    public static long Fixed(BlockStatistics block, ReadOnlySpan<int> distances) =>
        Codes(block.Literals, DeflateAlphabet.FixedLiteralLengths)
        + Codes(distances, DeflateAlphabet.FixedDistanceLengths);

    /// <summary>The extra bits of lengths and distances.</summary>
    public static long Extra(BlockStatistics block) =>
        Codes(block.Literals.AsSpan(DeflateAlphabet.FirstLength), DeflateAlphabet.LengthExtra)
        + Codes(block.Distances, DeflateAlphabet.DistanceExtra);

    /// <summary>How many lengths of the code-length code are written.</summary>
    public static int CodeLengths(ReadOnlySpan<byte> lengths)
    {
        var count = DeflateAlphabet.CodeLengths;
        while (count > 4 && lengths[DeflateAlphabet.CodeLengthOrder[count - 1]] == 0)
            count--;
        return count;
    }

    /// <summary>The spelled code lengths, with their extra bits.</summary>
    public static long Symbols(ReadOnlySpan<int> counts, ReadOnlySpan<byte> lengths) =>
        Codes(counts, lengths) + 2 * counts[16] + 3 * counts[17] + 7 * counts[18];

    /// <summary>Makes a header of its parts.</summary>
    public static void Write(
        DynamicHeader header, int literals, int distances, int codeLengths, ReadOnlySpan<byte> codeLengthLengths,
        ReadOnlySpan<byte> symbols)
    {
        header.Begin(literals, distances, codeLengths);
        for (var index = 0; index < codeLengths; index++)
            header.Add(codeLengthLengths[DeflateAlphabet.CodeLengthOrder[index]]);
        header.Add(symbols);
    }
}
