using System.Numerics;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>
/// The codes of literal lengths, match lengths and offsets. The bits that stand behind a code are the lowest of the
/// number (RFC 8878, section 3.1.1.3.2.1.1).
/// </summary>
internal static class SequenceAlphabet
{
    private static ReadOnlySpan<byte> LiteralCodes =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 20, 20, 21, 21, 21, 21,
        22, 22, 22, 22, 22, 22, 22, 22, 23, 23, 23, 23, 23, 23, 23, 23,
        24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24,
    ];

    private static ReadOnlySpan<byte> MatchCodes =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
        30, 31, 32, 32, 33, 33, 34, 34, 35, 35, 36, 36, 36, 36, 37, 37, 37, 37, 38, 38, 38, 38, 38, 38, 38, 38, 39, 39,
        39, 39, 39, 39, 39, 39, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 41, 41, 41, 41, 41, 41,
        41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42,
        42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42,
    ];

    /// <summary>The code of a literal length, 0 to 131,071.</summary>
    public static int LiteralCode(int length) =>
        length < 64 ? LiteralCodes[length] : BitOperations.Log2((uint)length) + 19;

    /// <summary>The code of a match length less <see cref="SequenceKind.MinimumMatch"/>, 0 to 131,071.</summary>
    public static int MatchCode(int excess) =>
        excess < 128 ? MatchCodes[excess] : BitOperations.Log2((uint)excess) + 36;

    /// <summary>The code of an offset value, at least 1.</summary>
    public static int OffsetCode(uint value) => BitOperations.Log2(value);
}
