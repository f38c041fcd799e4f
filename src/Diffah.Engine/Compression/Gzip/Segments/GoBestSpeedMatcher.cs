using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// The search for matches of Go's <c>compress/flate</c> up to 1.26 at level 1: one candidate a hash of four bytes, and
/// longer steps the longer nothing was found.
/// </summary>
internal sealed class GoBestSpeedMatcher : ChunkMatcher
{
    private const int HashBits = 14;
    private const int Margin = 15;

    private readonly int[] _table = new int[1 << HashBits];

    public override void Search(ChunkHistory history, BlockTokens tokens)
    {
        ref var bytes = ref history.First;
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        var end = history.End;
        var limit = end - Margin;
        var position = history.Start;
        var emitted = position;
        var value = Bytes.Load32(ref bytes, position);
        while (FindMatch(ref bytes, ref table, limit, ref position, ref value, out var candidate))
        {
            tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), position - emitted);
            do
            {
                var longest = Math.Min(Token.MaximumMatch, end - position) - MinMatch;
                var length = MinMatch
                    + Bytes.CommonLength(ref bytes, position + MinMatch, candidate + MinMatch, longest);
                tokens.AddMatch(length, position - candidate);
                position += length;
                emitted = position;
                if (position >= limit)
                    break;
            }
            while (IsMatchBehind(ref bytes, ref table, position, out candidate));
            if (position >= limit)
                break;
            position++;
            value = Bytes.Load32(ref bytes, position);
        }
        tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), end - emitted);
    }

    protected override void Rebase(int fallen) => Rebase(_table, fallen);

    private bool FindMatch(ref byte bytes, ref int table, int limit, ref int position, ref uint value,
        out int candidate)
    {
        var skip = 32;
        var next = position;
        while (true)
        {
            position = next;
            next = position + (skip >> 5);
            skip += skip >> 5;
            if (next > limit)
            {
                candidate = 0;
                return false;
            }
            ref var entry = ref Unsafe.Add(ref table, Hash(value));
            candidate = entry - Base;
            entry = position + Base;
            if (position - candidate <= MaxDistance && Bytes.Load32(ref bytes, candidate) == value)
                return true;
            value = Bytes.Load32(ref bytes, next);
        }
    }

    /// <summary>Remembers the last byte of a match and the one behind it; is there a match at once?</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsMatchBehind(ref byte bytes, ref int table, int position, out int candidate)
    {
        var around = Bytes.Load64(ref bytes, position - 1);
        Unsafe.Add(ref table, Hash((uint)around)) = position - 1 + Base;
        var value = (uint)(around >> 8);
        ref var entry = ref Unsafe.Add(ref table, Hash(value));
        candidate = entry - Base;
        entry = position + Base;
        return position - candidate <= MaxDistance && Bytes.Load32(ref bytes, candidate) == value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Hash(uint value) => (nint)((value * 0x1e35a7bd) >> (32 - HashBits));
}
