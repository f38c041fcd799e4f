using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// What the two codes of a match cost, in bits, by the format's predefined distributions: the bits behind a code, and
/// the fewest that a state may cost.
/// </summary>
internal static class MatchPrice
{
    private const int LongLength = 128;

    // RFC 8878, 3.1.1.3.2.2: how often in 64 a match length code comes, and in 32 an offset code; -1 is less than once.
    private static readonly byte[] LengthShares = Shares(
        53, [(0, 1), (1, 4), (2, 3), (3, 2), (4, 2), (5, 2), (6, 2), (7, 2), (8, 2)]);

    private static readonly byte[] OffsetShares = Shares(29, [(6, 2), (7, 2), (8, 2)]);

    // The bits behind a match length code, from the first code that has any on.
    private static readonly byte[] LengthExtraBits =
        [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    private static readonly byte[] ByLengthCode = LengthPrices();
    private static readonly byte[] ByShortLength = ShortLengthPrices();
    private static readonly byte[] ByOffsetCode = OffsetPrices();

    /// <summary>What a match costs.</summary>
    /// <param name="length">Its length, at least 3.</param>
    /// <param name="offsetValue">Its offset as the format writes it, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(int length, uint offsetValue)
    {
        var coded = length - 3;
        var ofLength = coded < LongLength ? ByShortLength[coded] : ByLengthCode[BitOperations.Log2((uint)coded) + 36];
        return ofLength + ByOffsetCode[BitOperations.Log2(offsetValue)];
    }

    private static byte[] Shares(int codes, (int Code, byte Share)[] others)
    {
        var shares = new byte[codes];
        Array.Fill(shares, (byte)1);
        foreach (var (code, share) in others)
            shares[code] = share;
        return shares;
    }

    private static byte[] LengthPrices()
    {
        var prices = new byte[53];
        for (var code = 0; code < prices.Length; code++)
            prices[code] = (byte)(FewestStateBits(LengthShares[code], 6) + ExtraBits(code));
        return prices;
    }

    private static byte[] OffsetPrices()
    {
        // Codes that have no place in the predefined table are taken as free.
        var prices = new byte[32];
        for (var code = 0; code < OffsetShares.Length; code++)
            prices[code] = (byte)(FewestStateBits(OffsetShares[code], 5) + code);
        return prices;
    }

    private static byte[] ShortLengthPrices()
    {
        var prices = new byte[LongLength];
        var code = 0;
        for (var coded = 0; coded < LongLength;)
        {
            for (var last = coded + (1 << ExtraBits(code)); coded < last && coded < LongLength; coded++)
                prices[coded] = ByLengthCode[code];
            code++;
        }
        return prices;
    }

    private static int ExtraBits(int lengthCode) => lengthCode < 32 ? 0 : LengthExtraBits[lengthCode - 32];

    /// <summary>A code that comes so often in a table of 2^log states costs at least so many bits.</summary>
    private static int FewestStateBits(int share, int log) =>
        log - 1 - (share > 1 ? BitOperations.Log2((uint)share - 1) : 0);
}
