namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// What a literal of a block costs: its Shannon entropy, rounded up for each byte value. The program reckons with
/// floating point numbers, whose rounding decides where a share is nearly a power of two. Here are the same operations
/// in the same order; all of them are additions, multiplications and divisions, which IEEE 754 fixes to the bit.
/// </summary>
internal static class LiteralPrice
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double BitsPerNat = 1.442695040888963407359924681001892137;
    private const double HalfOfRoot2 = 7.07106781186547524401e-01;

    /// <summary>Bits per byte, in units of 1/1024; at least one bit.</summary>
    /// <param name="block">A block, not empty.</param>
    public static int Of(ReadOnlySpan<byte> block) =>
        Math.Max((int)(EntropyBits(block) * 1024 / block.Length), 1024);

    private static long EntropyBits(ReadOnlySpan<byte> block)
    {
        Span<int> counts = stackalloc int[4 * 256];
        counts.Clear();
        var index = 0;
        for (; index + 4 <= block.Length; index += 4)
        {
            counts[block[index]]++;
            counts[256 + block[index + 1]]++;
            counts[512 + block[index + 2]]++;
            counts[768 + block[index + 3]]++;
        }
        for (; index < block.Length; index++)
            counts[block[index]]++;
        var bits = 0.0;
        var share = 1.0 / block.Length;
        for (var value = 0; value < 256; value++)
        {
            double count = counts[value] + counts[256 + value] + counts[512 + value] + counts[768 + value];
            if (count > 0)
                bits += Math.Ceiling(-Log2(count * share) * count);
        }
        return (long)Math.Ceiling(bits);
    }

    private static double Log2(double share)
    {
        var bits = BitConverter.DoubleToInt64Bits(share);
        var exponent = (int)(bits >> 52) - 1022;
        var fraction = BitConverter.Int64BitsToDouble((bits & ((1L << 52) - 1)) | (1022L << 52));
        return fraction == 0.5 ? exponent - 1 : (Log(fraction) * BitsPerNat) + exponent;
    }

    /// <summary>The natural logarithm of what is at least 0.5 and below 1: the series of FreeBSD's library.</summary>
    private static double Log(double fraction)
    {
        var exponent = 0.0;
        if (fraction < HalfOfRoot2)
            (fraction, exponent) = (fraction * 2, -1);
        var f = fraction - 1;
        var s = f / (2 + f);
        var s2 = s * s;
        var s4 = s2 * s2;
        var odd = s2 * (6.666666666666735130e-01 + (s4 * (2.857142874366239149e-01
            + (s4 * (1.818357216161805012e-01 + (s4 * 1.479819860511658591e-01))))));
        var even = s4 * (3.999999999940941908e-01 + (s4 * (2.222219843214978396e-01
            + (s4 * 1.531383769920937332e-01))));
        var half = 0.5 * f * f;
        return (exponent * Ln2High) - (half - ((s * (half + (odd + even))) + (exponent * Ln2Low)) - f);
    }
}
