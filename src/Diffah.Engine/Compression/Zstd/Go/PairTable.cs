using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// Remembers by hash the last two positions: the last in the lower half of an entry, the one before in the upper.
/// </summary>
internal sealed class PairTable(int bits)
{
    private readonly ulong[] _pairs = new ulong[1 << bits];

    /// <summary>The first entry.</summary>
    public ref ulong First => ref MemoryMarshal.GetArrayDataReference(_pairs);

    /// <summary>All positions.</summary>
    public Span<int> Positions => MemoryMarshal.Cast<ulong, int>(_pairs.AsSpan());

    /// <summary>The last position in an entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Last(ulong pair) => (int)(uint)pair;

    /// <summary>The position before the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Before(ulong pair) => (int)(uint)(pair >> 32);

    /// <summary>An entry once one more position came.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Push(ulong pair, int position) => pair << 32 | (uint)position;

    /// <summary>Adds a position where its hash says.</summary>
    /// <param name="first">The first entry.</param>
    /// <param name="hash">Which entry.</param>
    /// <param name="position">The position to remember.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref ulong first, nint hash, int position)
    {
        ref var pair = ref Unsafe.Add(ref first, hash);
        pair = Push(pair, position);
    }
}
