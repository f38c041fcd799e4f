namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>What the symbols of deflate's codes mean, in the words of a <see cref="HuffmanDecoder"/>.</summary>
internal static class SymbolMeanings
{
    /// <summary>Literals, the end of a block, and the base and extra bits of lengths.</summary>
    public static uint[] Literals { get; } =
        [.. Enumerable.Range(0, DeflateAlphabet.FixedLiteralLengths.Length).Select(OfLiteral)];

    /// <summary>The base and extra bits of distances.</summary>
    public static uint[] Distances { get; } =
        [.. Enumerable.Range(0, DeflateAlphabet.FixedDistanceLengths.Length).Select(OfDistance)];

    /// <summary>The symbols of code lengths themselves.</summary>
    public static uint[] CodeLengths { get; } =
        [.. Enumerable.Range(0, DeflateAlphabet.CodeLengths).Select(symbol => Value(symbol, 0))];

    private static uint OfLiteral(int symbol)
    {
        var length = symbol - DeflateAlphabet.FirstLength;
        return symbol switch
        {
            < DeflateAlphabet.EndOfBlock => HuffmanDecoder.Literal | Value(symbol, 0),
            DeflateAlphabet.EndOfBlock => HuffmanDecoder.KindEnd,
            < DeflateAlphabet.Literals => Value(
                DeflateAlphabet.LengthBase[length], DeflateAlphabet.LengthExtra[length]),
            _ => HuffmanDecoder.KindNone,
        };
    }

    private static uint OfDistance(int symbol) => symbol < DeflateAlphabet.Distances
        ? Value(DeflateAlphabet.DistanceBase[symbol], DeflateAlphabet.DistanceExtra[symbol])
        : HuffmanDecoder.KindNone;

    private static uint Value(int value, int extra) =>
        HuffmanDecoder.KindValue | ((uint)value << HuffmanDecoder.ValueShift) | (uint)extra;
}
