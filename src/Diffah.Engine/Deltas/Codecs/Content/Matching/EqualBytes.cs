using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>How alike two places are. The caller answers for both having as many bytes as it asks about.</summary>
internal static class EqualBytes
{
    private const ulong LowBits = 0x7F7F_7F7F_7F7F_7F7F;

    /// <summary>How many bytes are equal before the first that is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run(ref byte one, ref byte other, int most)
    {
        if (most >= sizeof(ulong))
        {
            var differ = Word(ref one) ^ Word(ref other);
            if (differ != 0)
                return FirstByte(differ);
        }
        return RunOn(ref one, ref other, most);
    }

    private static int RunOn(ref byte one, ref byte other, int most) =>
        MemoryMarshal.CreateReadOnlySpan(ref one, most)
            .CommonPrefixLength(MemoryMarshal.CreateReadOnlySpan(ref other, most));

    /// <summary>How many of so many bytes are equal to the byte at the same place of the other.</summary>
    public static int Count(ref byte one, ref byte other, int count)
    {
        var equal = 0;
        var at = 0;
        for (; count - at >= Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var same = Vector256.Equals(
                Vector256.LoadUnsafe(ref one, (nuint)at), Vector256.LoadUnsafe(ref other, (nuint)at));
            equal += BitOperations.PopCount(same.ExtractMostSignificantBits());
        }
        for (; count - at >= sizeof(ulong); at += sizeof(ulong))
            equal += InWord(Word(ref Unsafe.Add(ref one, at)) ^ Word(ref Unsafe.Add(ref other, at)));
        for (; at < count; at++)
            equal += Unsafe.Add(ref one, at) == Unsafe.Add(ref other, at) ? 1 : 0;
        return equal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int InWord(ulong differ) =>
        BitOperations.PopCount(~(((differ & LowBits) + LowBits) | differ | LowBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte at) => Unsafe.ReadUnaligned<ulong>(ref at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstByte(ulong differ) => (BitConverter.IsLittleEndian
        ? BitOperations.TrailingZeroCount(differ)
        : BitOperations.LeadingZeroCount(differ)) >> 3;
}
