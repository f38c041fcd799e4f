using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// How many bits tokens take with ideal codes, as klauspost/compress estimates it. The estimate decides between blocks,
/// so that its rounding matters: every step is rounded to single precision, in this order. The casts say so to the
/// compiler, and .NET does not fuse a multiplication with an addition on any processor.
/// </summary>
internal static class TokenEstimate
{
    private const float LongestCode = DeflateAlphabet.MaximumBits;

    /// <summary>Gives the estimate.</summary>
    /// <param name="tokens">The tokens, counted.</param>
    /// <param name="count">How many these are.</param>
    public static int Bits(BlockTokens tokens, int count)
    {
        if (count == 0)
            return 0;
        var counts = tokens.SymbolCounts;
        var bits = 0f;
        var each = 1f / count;
        foreach (var literal in counts[..DeflateAlphabet.EndOfBlock])
            Add(ref bits, literal, each);
        bits += LongestCode;
        var extra = 0;
        var matches = 0;
        var lengths = counts[DeflateAlphabet.FirstLength..];
        for (var code = 0; code < lengths.Length; code++)
        {
            Add(ref bits, lengths[code], each);
            extra += lengths[code] * DeflateAlphabet.LengthExtra[code];
            matches += lengths[code];
        }
        if (matches > 0)
        {
            var distances = tokens.DistanceCounts;
            each = 1f / matches;
            for (var code = 0; code < distances.Length; code++)
            {
                Add(ref bits, distances[code], each);
                extra += distances[code] * DeflateAlphabet.DistanceExtra[code];
            }
        }
        return (int)bits + extra;
    }

    private static void Add(ref float bits, int count, float each)
    {
        if (count == 0)
            return;
        var length = Math.Clamp(-Log2((float)(count * each)), 1f, LongestCode);
        var size = (float)(length * count);
        bits = (float)(bits + size);
    }

    /// <summary>A quick binary logarithm: the exponent, and a parabola over the mantissa.</summary>
    private static float Log2(float value)
    {
        const int exponentMask = 0xff;
        const int exponentShift = 23;
        const int one = 127 << exponentShift;
        var raw = BitConverter.SingleToInt32Bits(value);
        float exponent = ((raw >> exponentShift) & exponentMask) - 128;
        var mantissa = BitConverter.Int32BitsToSingle((raw & ~(exponentMask << exponentShift)) + one);
        var slope = (float)((float)(-0.34484843f * mantissa) + 2.02466578f);
        var rest = (float)((float)(slope * mantissa) - 0.67487759f);
        return (float)(exponent + rest);
    }
}
