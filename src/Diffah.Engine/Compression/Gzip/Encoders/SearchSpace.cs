using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The content, and the chains of places with the same hash, as a search sees them.</summary>
internal readonly ref struct SearchSpace
{
    private readonly ref byte _content;
    private readonly ref ushort _links;

    public SearchSpace(ref byte content, ref ushort links, in SearchSettings settings, int windowBase, int limit)
    {
        _content = ref content;
        _links = ref links;
        Settings = settings;
        (Base, Limit) = (windowBase, limit);
    }

    public SearchSettings Settings { get; }

    public int Base { get; }

    public int Limit { get; }

    /// <summary>The content; the index of the first byte is 0.</summary>
    public ref byte Content => ref _content;

    /// <summary>The <see cref="IChainLinks"/> of each place, by the lower bits of its position. A place has lost them
    /// once one that is 32 KiB behind it has its own.</summary>
    public ref ushort Links => ref _links;

    /// <summary>How far before a place the last with the same hash is.</summary>
    public int Nearest<TLinks>(int position)
        where TLinks : struct, IChainLinks => LinksOf<TLinks>(ref _links, position);

    /// <summary>The links of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref ushort LinksOf<TLinks>(ref ushort links, nint position)
        where TLinks : struct, IChainLinks =>
        ref Unsafe.Add(ref links, (position & IChainLinks.Mask) * TLinks.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref byte at, nint offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ReadFour(ref byte at, nint offset) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, offset));

    /// <summary>What of eight bytes that were read the first so many are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FirstBytes(nint count)
    {
        var others = 8 * (8 - (int)Math.Min(count, 8));
        return BitConverter.IsLittleEndian ? ulong.MaxValue >> others : ulong.MaxValue << others;
    }

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
