using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Hashes of the first bytes of eight, as zstd's matchers have always made them.</summary>
internal static class ContentHashes
{
    private const uint FourBytesPrime = 2654435761;
    private const ulong FiveBytesPrime = 889523592379;
    private const ulong SixBytesPrime = 227718039650203;
    private const ulong EightBytesPrime = 0xcf1bbcdcb7a56463;

    /// <summary>A hash of four bytes, in so many bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint OfFour(ulong eight, int bits) => (nint)((uint)eight * FourBytesPrime >> (32 - bits));

    /// <summary>A hash of five bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint OfFive(ulong eight, int bits) => (nint)((eight << 24) * FiveBytesPrime >> (64 - bits));

    /// <summary>A hash of six bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint OfSix(ulong eight, int bits) => (nint)((eight << 16) * SixBytesPrime >> (64 - bits));

    /// <summary>A hash of all eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint OfEight(ulong eight, int bits) => (nint)(eight * EightBytesPrime >> (64 - bits));
}
