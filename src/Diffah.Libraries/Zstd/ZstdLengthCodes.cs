using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>Codes of literal and match lengths, and their additional bits: RFC 8878, 3.1.1.3.2.1.1.</summary>
internal static class ZstdLengthCodes
{
    /// <summary>Codes of literal lengths.</summary>
    public const int LiteralCodes = 36;

    /// <summary>Codes of match lengths.</summary>
    public const int MatchCodes = 53;

    // From these lengths on a code is a power of two.
    private const int LargeLiterals = 64;
    private const int LargeMatch = 128;
    private const int LiteralsToCode = 19;
    private const int MatchToCode = 36;

    private static readonly byte[] OfSmallLiterals = CodesBelow(LargeLiterals, LiteralsBits);
    private static readonly byte[] OfSmallMatch = CodesBelow(LargeMatch, MatchesBits);

    private static ReadOnlySpan<byte> LiteralsBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16,
    ];

    private static ReadOnlySpan<byte> MatchesBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    /// <summary>The code of a number of literals, at most 131071.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfLiterals(int length) =>
        length < LargeLiterals ? OfSmallLiterals[length] : BitOperations.Log2((uint)length) + LiteralsToCode;

    /// <summary>The code of a match's length.</summary>
    /// <param name="beyond">Bytes beyond 3, at most 131071.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfMatch(int beyond) =>
        beyond < LargeMatch ? OfSmallMatch[beyond] : BitOperations.Log2((uint)beyond) + MatchToCode;

    /// <summary>Additional bits of a code of literals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LiteralBits(int code) => LiteralsBits[code];

    /// <summary>Additional bits of a code of a match's length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MatchBits(int code) => MatchesBits[code];

    private static byte[] CodesBelow(int end, ReadOnlySpan<byte> bits)
    {
        var codes = new byte[end];
        for (int code = 0, from = 0; from < end; from += 1 << bits[code], code++)
            codes.AsSpan(from, Math.Min(1 << bits[code], end - from)).Fill((byte)code);
        return codes;
    }
}
