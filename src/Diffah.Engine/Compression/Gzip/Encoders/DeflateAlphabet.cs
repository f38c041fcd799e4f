using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The alphabets of DEFLATE (RFC 1951, section 3.2.5).</summary>
internal static class DeflateAlphabet
{
    public const int EndOfBlock = 256;
    public const int FirstLengthCode = 257;
    public const int LiteralLengthCodes = 286;
    public const int DistanceCodes = 30;
    public const int MinMatch = 3;
    public const int MaxMatch = 258;
    public const int MaxDistance = 32768;
    public const int MaxStoredBlock = 65535;
    public const int MaxCodeLength = 15;

    private static readonly byte[] LengthCodeOf = MakeLengthCodes();

    /// <summary>Extra bits of the length codes, from <see cref="FirstLengthCode"/> on.</summary>
    public static ReadOnlySpan<byte> LengthExtraBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    public static ReadOnlySpan<byte> DistanceExtraBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>Length codes, counted from 0, of the lengths 3 to 258.</summary>
    public static ReadOnlySpan<byte> LengthCodes => LengthCodeOf;

    /// <summary>The code of a distance, which is given less one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DistanceCode(int distanceLessOne)
    {
        if (distanceLessOne < 2)
            return distanceLessOne;
        var log = BitOperations.Log2((uint)distanceLessOne);
        return (log << 1) + ((distanceLessOne >> (log - 1)) & 1);
    }

    private static byte[] MakeLengthCodes()
    {
        var codes = new byte[MaxMatch - MinMatch + 1];
        var next = 0;
        for (var code = 0; code < LengthExtraBits.Length - 1; code++)
        {
            for (var i = 0; i < 1 << LengthExtraBits[code] && next < codes.Length; i++)
                codes[next++] = (byte)code;
        }
        // Length 258 has a code of its own, though the one before could say it.
        codes[^1] = (byte)(LengthExtraBits.Length - 1);
        return codes;
    }
}
