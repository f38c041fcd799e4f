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

    /// <summary>The place before a candidate in its chain: itself less the distance that is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Before(int candidate) => candidate - Unsafe.Add(ref _previous, candidate & Mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Read(int at) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref _content, at));

    /// <summary>How many bytes two places have in common.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Common(int one, int other, int most)
    {
        ref var a = ref Unsafe.Add(ref _content, one);
        ref var b = ref Unsafe.Add(ref _content, other);
        for (var at = 0; at < most; at += 8)
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
