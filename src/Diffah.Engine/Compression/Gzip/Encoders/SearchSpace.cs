using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The content, and the chains of places with the same hash, as a search sees them.</summary>
internal readonly ref struct SearchSpace
{
    /// <summary>Chains are indexed by the lower bits of a position.</summary>
    public const int Mask = 32767;

    private readonly ref byte _content;
    private readonly ref ushort _previous;

    public SearchSpace(ref byte content, ref ushort previous, in SearchSettings settings, int windowBase, int limit)
    {
        _content = ref content;
        _previous = ref previous;
        Settings = settings;
        (Base, Limit) = (windowBase, limit);
    }

    public SearchSettings Settings { get; }

    public int Base { get; }

    public int Limit { get; }

    /// <summary>The content; the index of the first byte is 0.</summary>
    public ref byte Content => ref _content;

    /// <summary>How far before each place, by the lower bits of its position, the one before in its chain is.</summary>
    public ref ushort Previous => ref _previous;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ref byte at, nint offset) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, offset));

    /// <summary>How many bytes two places have in common.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Common(ref byte content, nint one, nint other, nint most)
    {
        ref var a = ref Unsafe.Add(ref content, one);
        ref var b = ref Unsafe.Add(ref content, other);
        for (nint at = 0; at < most; at += 8)
        {
            var differ = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref a, at))
                ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref b, at));
            if (differ != 0)
                return Math.Min(most, at + (FirstByte(differ) >> 3));
        }
        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstByte(ulong differ) => BitConverter.IsLittleEndian
        ? BitOperations.TrailingZeroCount(differ)
        : BitOperations.LeadingZeroCount(differ);
}
