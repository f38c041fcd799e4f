using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>Copies of what was a little before, which may overlap what is written.</summary>
internal static class MatchCopy
{
    /// <summary>What may be overwritten behind a match.</summary>
    public const int Overrun = 15;

    private const int Word = sizeof(ulong);

    // Of each distance below eight: repeats so many bytes up to eight.
    private static ReadOnlySpan<ulong> Repetitions =>
    [
        0, 0x0101010101010101, 0x0001000100010001, 0x0001000001000001, 0x0000000100000001, 0x0000010000000001,
        0x0001000000000001, 0x0100000000000001,
    ];

    /// <summary>Copies a match; up to <see cref="Overrun"/> bytes more than its length may be overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(ref byte to, int distance, int length)
    {
        ref var from = ref Unsafe.Subtract(ref to, distance);
        if (distance < Vector128<byte>.Count)
        {
            RunNear(ref from, ref to, distance, length);
            return;
        }
        Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
        for (nint at = Vector128<byte>.Count; at < length; at += Vector128<byte>.Count)
            Vector128.LoadUnsafe(ref Unsafe.Add(ref from, at)).StoreUnsafe(ref Unsafe.Add(ref to, at));
    }

    private static void RunNear(ref byte from, ref byte to, int distance, int length)
    {
        if (distance >= Word)
        {
            for (nint at = 0; at < length; at += Word)
                Store(ref to, at, Load(ref Unsafe.Add(ref from, at)));
            return;
        }
        if (distance == 1)
        {
            var same = Vector128.Create(from);
            for (nint at = 0; at < length; at += Vector128<byte>.Count)
                same.StoreUnsafe(ref Unsafe.Add(ref to, at));
            return;
        }
        var mask = (1UL << (Word * distance)) - 1;
        var pattern = BitConverter.IsLittleEndian
            ? (Load(ref from) & mask) * Repetitions[distance]
            : Pattern(ref from, distance);
        // So many bytes that the next ones begin the pattern again.
        var step = Word / distance * distance;
        for (nint at = 0; at < length; at += step)
            Store(ref to, at, pattern);
    }

    private static ulong Pattern(ref byte from, int distance)
    {
        Span<byte> bytes = stackalloc byte[Word];
        for (var at = 0; at < Word; at++)
            bytes[at] = Unsafe.Add(ref from, at % distance);
        return Load(ref bytes[0]);
    }

    private static ulong Load(ref byte at) => Unsafe.ReadUnaligned<ulong>(ref at);

    private static void Store(ref byte to, nint at, ulong value) =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, at), value);
}
