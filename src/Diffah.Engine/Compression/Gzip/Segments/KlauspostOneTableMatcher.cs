using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// Levels 1 and 2: one candidate a hash of five bytes. Each step looks at two neighbours, and steps grow where nothing
/// is found.
/// </summary>
/// <param name="tableBits">The size of the table.</param>
internal abstract class KlauspostOneTableMatcher(int tableBits) : ChunkMatcher
{
    private const int SkipShift = 5;

    private readonly int[] _table = new int[1 << tableBits];

    public sealed override void Search(ChunkHistory history, BlockTokens tokens)
    {
        ref var bytes = ref history.First;
        var end = history.End;
        var limit = Limit(history);
        var position = history.Start;
        var emitted = position;
        var value = Bytes.Load64(ref bytes, position);
        while (Find(ref bytes, value, emitted, limit, ref position, out var candidate, out var next))
        {
            do
            {
                var length = FullLength(ref bytes, position, candidate, MinMatch, end);
                var before = LengthBefore(ref bytes, position, candidate, emitted);
                var start = position - before;
                tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), start - emitted);
                tokens.AddLongMatch(length + before, position - candidate);
                emitted = position + length;
                position = next >= emitted ? next + 1 : emitted;
                if (position >= limit)
                {
                    if (position + length + before + 8 < end)
                        Remember(Bytes.Load64(ref bytes, position), position);
                    break;
                }
                RememberMatch(ref bytes, position, length + before);
            }
            while (IsMatch(ref bytes, position, out candidate));
            if (position >= limit)
                break;
            position++;
            value = Bytes.Load64(ref bytes, position);
        }
        AddRest(tokens, ref bytes, emitted, end);
    }

    /// <summary>Whether the next position is remembered for a match that the second of two neighbours has.</summary>
    protected abstract bool RemembersNextOfSecond { get; }

    /// <summary>Remembers positions within a match, before where the search goes on.</summary>
    protected abstract void RememberMatch(ref byte bytes, int position, int length);

    protected override void Rebase(int fallen) => Rebase(_table, fallen);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Remember(ulong value, int position) => Entry(value) = position + Base;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Entry(ulong value) => ref Unsafe.Add(ref First(_table), Hash5(value, tableBits));

    private bool Find(ref byte bytes, ulong value, int emitted, int limit, ref int position, out int candidate,
        out int next)
    {
        var offset = Base;
        while (true)
        {
            next = position + 2 + ((position - emitted) >> SkipShift);
            candidate = 0;
            if (next > limit)
                return false;
            var nextValue = Bytes.Load64(ref bytes, next);
            ref var entry = ref Entry(value);
            candidate = entry - offset;
            entry = position + offset;
            entry = ref Entry(nextValue);
            if (Matches(ref bytes, position, candidate, value))
            {
                entry = next + offset;
                return true;
            }
            position = next++;
            candidate = entry - offset;
            entry = position + offset;
            if (Matches(ref bytes, position, candidate, nextValue))
            {
                // What is remembered is the next position, under the hash of this one.
                if (RemembersNextOfSecond)
                    entry = next + offset;
                return true;
            }
            position = next;
            value = nextValue >> 8;
        }
    }

    /// <summary>Whether a match follows right behind another. It may be one byte farther away than others.</summary>
    private bool IsMatch(ref byte bytes, int position, out int candidate)
    {
        var value = Bytes.Load64(ref bytes, position);
        ref var entry = ref Entry(value);
        candidate = entry - Base;
        entry = position + Base;
        return position - candidate <= MaxDistance && Bytes.Load32(ref bytes, candidate) == (uint)value;
    }
}
