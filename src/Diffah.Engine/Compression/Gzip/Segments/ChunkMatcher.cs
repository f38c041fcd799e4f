using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// A search for matches by tables of hashes: Go's level 1, and klauspost/compress at each of its levels 1 to 6. Tables
/// hold positions counted from <see cref="Base"/> on; what is in them from the start, 0, is always too far away.
/// </summary>
internal abstract class ChunkMatcher
{
    protected const int MinMatch = 4;
    protected const int MaxDistance = Token.MaximumDistance;
    private const int Margin = 11;
    private const int FirstBase = MaxDistance + 1;
    private const int LastBase = 1 << 30;

    /// <summary>What a position in the history is in the tables, less the position.</summary>
    protected int Base { get; private set; } = FirstBase;

    /// <summary>Finds the tokens of the chunk. There are none at all if there is no match.</summary>
    public abstract void Search(ChunkHistory history, BlockTokens tokens);

    /// <summary>Learns by how much the positions in the history fell.</summary>
    public void Fall(int distance)
    {
        Base += distance;
        if (Base < LastBase)
            return;
        Rebase(Base - FirstBase);
        Base = FirstBase;
    }

    /// <summary>Forgets a history of this length: what the tables hold is too far away from now on.</summary>
    public void Forget(int length) => Fall(length + MaxDistance);

    /// <summary>Takes from all positions, down to 0.</summary>
    protected abstract void Rebase(int fallen);

    /// <summary>Where the search of klauspost/compress ends.</summary>
    protected static int Limit(ChunkHistory history) => history.End - Margin;

    protected static void Rebase(Span<int> table, int fallen)
    {
        foreach (ref var position in table)
            position = Math.Max(position - fallen, 0);
    }

    protected static void Rebase(Span<ulong> table, int fallen)
    {
        foreach (ref var pair in table)
            pair = Push((uint)Math.Max((int)(pair >> 32) - fallen, 0), Math.Max((int)pair - fallen, 0));
    }

    /// <summary>Adds a position to a pair: the newest is in the low half, the one before it in the high half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static ulong Push(ulong pair, int entry) => (pair << 32) | (uint)entry;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static nint Hash4(ulong value, int bits) => (nint)(((uint)value * 2654435761u) >> (32 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static nint Hash5(ulong value, int bits) => (nint)(((value << 24) * 889523592379ul) >> (64 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static nint Hash7(ulong value, int bits) => (nint)(((value << 8) * 58295818150454627ul) >> (64 - bits));

    /// <summary>Whether a match of four bytes may be at a candidate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool Matches(ref byte bytes, int position, int candidate, ulong value) =>
        position - candidate < MaxDistance && Bytes.Load32(ref bytes, candidate) == (uint)value;

    /// <summary>The length of a match whose first four bytes are known, as far as one token can say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int TokenLength(ref byte bytes, int position, int candidate, int end) =>
        MinMatch + Bytes.CommonLength(ref bytes, position + MinMatch, candidate + MinMatch,
            Math.Min(Token.MaximumMatch, end - position) - MinMatch);

    /// <summary>The length of a match whose first bytes are known, as far as the chunk goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int FullLength(ref byte bytes, int position, int candidate, int known, int end) =>
        known + Bytes.CommonLength(ref bytes, position + known, candidate + known, end - position - known);

    /// <summary>How many bytes before a match are the same too, back to what was emitted or the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int LengthBefore(ref byte bytes, int position, int candidate, int emitted)
    {
        var limit = Math.Min(candidate, position - emitted);
        var length = 0;
        while (length < limit
            && Bytes.Load8(ref bytes, position - length - 1) == Bytes.Load8(ref bytes, candidate - length - 1))
            length++;
        return length;
    }

    /// <summary>Adds the literals after the last match, if there was one.</summary>
    protected static void AddRest(BlockTokens tokens, ref byte bytes, int emitted, int end)
    {
        if (tokens.Count > 0)
            tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), end - emitted);
    }

    protected static ref T First<T>(T[] table) => ref MemoryMarshal.GetArrayDataReference(table);
}
