using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The search for matches of klauspost/compress at level 3: two candidates a hash of five bytes.</summary>
internal sealed class KlauspostLevel3Matcher : ChunkMatcher
{
    private const int TableBits = 16;
    private const int SkipShift = 7;
    private const int FarthestStart = MaxDistance - MinMatch;

    // The newest position in the low half, the one before it in the high half.
    private readonly ulong[] _table = new ulong[1 << TableBits];

    public override void Search(ChunkHistory history, BlockTokens tokens)
    {
        ref var bytes = ref history.First;
        var end = history.End;
        var limit = Limit(history);
        var position = history.Start;
        var emitted = position;
        var value = Bytes.Load64(ref bytes, position);
        while (Find(ref bytes, value, emitted, limit, end, ref position, out var candidate, out var next))
        {
            do
            {
                var length = FullLength(ref bytes, position, candidate, MinMatch, end);
                var before = LengthBefore(ref bytes, position, candidate, emitted);
                tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), position - before - emitted);
                tokens.AddLongMatch(length + before, position - candidate);
                emitted = position + length;
                position = next >= emitted ? next + 1 : emitted;
                if (position >= limit)
                {
                    RememberCandidateEnd(ref bytes, candidate + length, end);
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

    protected override void Rebase(int fallen) => Rebase(_table, fallen);

    private bool Find(ref byte bytes, ulong value, int emitted, int limit, int end, ref int position,
        out int candidate, out int next)
    {
        next = position;
        while (true)
        {
            position = next;
            next = position + 1 + ((position - emitted) >> SkipShift);
            candidate = 0;
            if (next > limit)
                return false;
            var pair = PushAt(value, position);
            candidate = (int)pair - Base;
            if (position - candidate <= FarthestStart)
            {
                var older = (int)(pair >> 32) - Base;
                if (Bytes.Load32(ref bytes, candidate) == (uint)value)
                {
                    if (position - older <= FarthestStart && Bytes.Load32(ref bytes, older) == (uint)value
                        && IsLonger(ref bytes, position, older, candidate, end))
                        candidate = older;
                    return true;
                }
                candidate = older;
                if (IsAt(ref bytes, position, candidate, value))
                    return true;
            }
            value = Bytes.Load64(ref bytes, next);
        }
    }

    private bool IsMatch(ref byte bytes, int position, out int candidate)
    {
        var value = Bytes.Load64(ref bytes, position);
        var pair = PushAt(value, position);
        candidate = (int)pair - Base;
        if (position - candidate >= FarthestStart)
            return false;
        if (Bytes.Load32(ref bytes, candidate) == (uint)value)
            return true;
        candidate = (int)(pair >> 32) - Base;
        return IsAt(ref bytes, position, candidate, value);
    }

    private static bool IsAt(ref byte bytes, int position, int candidate, ulong value) =>
        position - candidate < FarthestStart && Bytes.Load32(ref bytes, candidate) == (uint)value;

    private static bool IsLonger(ref byte bytes, int position, int candidate, int other, int end) =>
        FullLength(ref bytes, position, candidate, MinMatch, end)
            > FullLength(ref bytes, position, other, MinMatch, end);

    private void RememberMatch(ref byte bytes, int position, int length)
    {
        for (var i = position - length + 2; i < position - 5; i += 6)
            PushAt(Bytes.Load64(ref bytes, i), i);
        PushAt(Bytes.Load64(ref bytes, position - 2), position - 2);
        PushAt(Bytes.Load64(ref bytes, position - 1), position - 1);
    }

    /// <summary>Remembers the end of what a match was copied from.</summary>
    private void RememberCandidateEnd(ref byte bytes, int position, int end)
    {
        if (position + 8 < end)
            PushAt(Bytes.Load64(ref bytes, position), position);
    }

    /// <summary>Remembers a position, and gives the two before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong PushAt(ulong value, int position)
    {
        ref var entry = ref Unsafe.Add(ref First(_table), Hash5(value, TableBits));
        var pair = entry;
        entry = Push(pair, position + Base);
        return pair;
    }
}
