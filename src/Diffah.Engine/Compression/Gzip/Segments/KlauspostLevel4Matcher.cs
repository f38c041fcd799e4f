using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// The search for matches of klauspost/compress at level 4: a candidate each for four and for seven bytes.
/// </summary>
internal sealed class KlauspostLevel4Matcher(KlauspostRelease release) : ChunkMatcher
{
    private const int TableBits = 15;
    private const int SkipShift = 6;

    private readonly int[] _short = new int[1 << TableBits];
    private readonly int[] _long = new int[1 << TableBits];

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
            var length = FullLength(ref bytes, position, candidate, MinMatch, end);
            var start = position - LengthBefore(ref bytes, position, candidate, emitted);
            tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), start - emitted);
            tokens.AddLongMatch(position + length - start, position - candidate);
            emitted = position + length;
            position = next >= emitted ? next + 1 : emitted;
            if (position >= limit)
            {
                if (position + 8 < end)
                    RememberBoth(Bytes.Load64(ref bytes, position), position);
                break;
            }
            RememberMatch(ref bytes, position, next);
            value = Bytes.Load64(ref bytes, position);
        }
        AddRest(tokens, ref bytes, emitted, end);
    }

    protected override void Rebase(int fallen)
    {
        Rebase(_short, fallen);
        Rebase(_long, fallen);
    }

    private bool Find(ref byte bytes, ulong value, int emitted, int limit, int end, ref int position,
        out int candidate, out int next)
    {
        var offset = Base;
        next = position;
        while (true)
        {
            position = next;
            next = position + 1 + ((position - emitted) >> SkipShift);
            candidate = 0;
            if (next > limit)
                return false;
            ref var shortEntry = ref ShortEntry(value);
            ref var longEntry = ref LongEntry(value);
            var shortCandidate = shortEntry - offset;
            candidate = longEntry - offset;
            shortEntry = position + offset;
            longEntry = position + offset;
            if (Matches(ref bytes, position, candidate, value))
                return true;
            var nextValue = Bytes.Load64(ref bytes, next);
            if (Matches(ref bytes, position, shortCandidate, value))
            {
                candidate = shortCandidate;
                var nextCandidate = LongEntry(nextValue) - offset;
                if (Matches(ref bytes, next, nextCandidate, nextValue)
                    && IsLongerAtNext(ref bytes, position, candidate, next, nextCandidate, end))
                    (position, candidate) = (next, nextCandidate);
                return true;
            }
            value = nextValue;
        }
    }

    private bool IsLongerAtNext(ref byte bytes, int position, int candidate, int next, int nextCandidate, int end)
    {
        // From 1.18.0 on the comparison is with what is at the distance, counted from the start of the history, where
        // the candidate itself is meant. What is taken is a match all the same.
        var compared = release < KlauspostRelease.V1_18_0 ? nextCandidate : next - nextCandidate;
        return FullLength(ref bytes, next, compared, MinMatch, end)
            > FullLength(ref bytes, position, candidate, MinMatch, end);
    }

    private void RememberMatch(ref byte bytes, int position, int next)
    {
        var last = position - 1;
        for (var i = next; i < last; i += 3)
        {
            var value = Bytes.Load64(ref bytes, i);
            LongEntry(value) = i + Base;
            RememberBoth(value >> 8, i + 1);
        }
        RememberBoth(Bytes.Load64(ref bytes, last), last);
    }

    private void RememberBoth(ulong value, int position)
    {
        ShortEntry(value) = position + Base;
        LongEntry(value) = position + Base;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int ShortEntry(ulong value) => ref Unsafe.Add(ref First(_short), Hash4(value, TableBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int LongEntry(ulong value) => ref Unsafe.Add(ref First(_long), Hash7(value, TableBits));
}
