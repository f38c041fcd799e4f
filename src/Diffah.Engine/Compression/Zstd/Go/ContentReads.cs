using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Looks at content by position, little endian. The caller knows that all of it is there.</summary>
internal static class ContentReads
{
    /// <summary>The four bytes from here on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Four(ref byte content, int position)
    {
        var value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref content, (nint)(uint)position));
        return BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>The eight bytes from here on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Eight(ref byte content, int position)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref content, (nint)(uint)position));
        return BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>Whether the bytes at two positions are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SameByte(ref byte content, int one, int other) =>
        Unsafe.Add(ref content, (nint)(uint)one) == Unsafe.Add(ref content, (nint)(uint)other);

    /// <summary>How many bytes from the later position on are the same as from the earlier on.</summary>
    /// <param name="content">The content's first byte.</param>
    /// <param name="earlier">A position.</param>
    /// <param name="later">A later position.</param>
    /// <param name="end">Where the content ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SameLength(ref byte content, int earlier, int later, int end)
    {
        if (later + 8 <= end)
        {
            var difference = Eight(ref content, earlier) ^ Eight(ref content, later);
            if (difference != 0)
                return BitOperations.TrailingZeroCount(difference) >> 3;
        }
        return LongSameLength(ref content, earlier, later, end);
    }

    private static int LongSameLength(ref byte content, int earlier, int later, int end)
    {
        var at = later;
        var distance = later - earlier;
        for (; at + 8 <= end; at += 8)
        {
            var difference = Eight(ref content, at - distance) ^ Eight(ref content, at);
            if (difference != 0)
                return at - later + (BitOperations.TrailingZeroCount(difference) >> 3);
        }
        while (at < end && SameByte(ref content, at - distance, at))
            at++;
        return at - later;
    }
}
