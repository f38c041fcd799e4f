using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>Hashes and comparisons of content. Each may read 8 bytes from where it is pointed at.</summary>
internal static unsafe class ZstdHashes
{
    /// <summary>A hash of 8 bytes.</summary>
    /// <param name="at">Where they are.</param>
    /// <param name="log">Bits of the hash.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OfEight(byte* at, int log) =>
        (uint)((Unsafe.ReadUnaligned<ulong>(at) * 0xCF1BBCDCB7A56463UL) >> (64 - log));

    /// <summary>A hash of 4 to 7 bytes.</summary>
    /// <param name="at">Where they are.</param>
    /// <param name="log">Bits of the hash.</param>
    /// <param name="bytes">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OfFew(byte* at, int log, int bytes)
    {
        var value = Unsafe.ReadUnaligned<ulong>(at);
        return bytes switch
        {
            5 => (uint)(((value << 24) * 889523592379UL) >> (64 - log)),
            6 => (uint)(((value << 16) * 227718039650203UL) >> (64 - log)),
            7 => (uint)(((value << 8) * 58295818150454627UL) >> (64 - log)),
            _ => ((uint)value * 2654435761U) >> (32 - log),
        };
    }

    /// <summary>A hash of 3 bytes.</summary>
    /// <param name="at">Where they are.</param>
    /// <param name="log">Bits of the hash.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint OfThree(byte* at, int log) =>
        ((Unsafe.ReadUnaligned<uint>(at) << 8) * 506832829U) >> (32 - log);

    /// <summary>Whether 4 bytes are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFour(byte* a, byte* b) =>
        Unsafe.ReadUnaligned<uint>(a) == Unsafe.ReadUnaligned<uint>(b);

    /// <summary>Whether 8 bytes are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEight(byte* a, byte* b) =>
        Unsafe.ReadUnaligned<ulong>(a) == Unsafe.ReadUnaligned<ulong>(b);

    /// <summary>How many bytes from two places on are the same.</summary>
    /// <param name="at">The later place.</param>
    /// <param name="match">The earlier one.</param>
    /// <param name="end">Where bytes end that the later place has.</param>
    public static int Same(byte* at, byte* match, byte* end)
    {
        var start = at;
        while (end - at >= 8)
        {
            var difference = Unsafe.ReadUnaligned<ulong>(at) ^ Unsafe.ReadUnaligned<ulong>(match);
            if (difference != 0)
            {
                var bits = BitConverter.IsLittleEndian
                    ? BitOperations.TrailingZeroCount(difference)
                    : BitOperations.LeadingZeroCount(difference);
                return (int)(at - start) + (bits >> 3);
            }
            at += 8;
            match += 8;
        }
        while (at < end && *at == *match)
        {
            at++;
            match++;
        }
        return (int)(at - start);
    }
}
