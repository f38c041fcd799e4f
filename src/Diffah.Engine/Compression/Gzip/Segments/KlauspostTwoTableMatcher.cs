using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// Levels 5 and 6: a table of four bytes, and one of seven that remembers the two newest positions of each hash. The
/// levels differ in what they compare with a match of four bytes, and in which positions they remember.
/// </summary>
/// <param name="skipShift">Steps grow by one with so many bytes without a match, as a power of two.</param>
internal abstract class KlauspostTwoTableMatcher(int skipShift) : ChunkMatcher
{
    private const int TableBits = 15;

    // A longer match may begin two bytes later than the one that led to it.
    private const int SkippedAtStart = 2;

    private readonly int[] _short = new int[1 << TableBits];
    private readonly ulong[] _long = new ulong[1 << TableBits];

    public sealed override void Search(ChunkHistory history, BlockTokens tokens)
    {
        ref var bytes = ref history.First;
        var end = history.End;
        var limit = Limit(history);
        var emitted = history.Start;
        var match = new Match { Next = emitted, LastDistance = 1 };
        var value = Bytes.Load64(ref bytes, emitted);
        while (Find(ref bytes, value, emitted, limit, end, ref match))
        {
            Measure(ref bytes, end, ref match);
            if (match.Position + match.Length < limit)
                LookBehind(ref bytes, end, ref match);
            var before = LengthBefore(ref bytes, match.Position, match.Candidate, emitted);
            var start = match.Position - before;
            var length = match.Length + before;
            match.LastDistance = match.Position - match.Candidate;
            tokens.AddLiterals(ref Unsafe.Add(ref bytes, emitted), start - emitted);
            tokens.AddLongMatch(length, match.LastDistance);
            emitted = start + length;
            var position = match.Next >= emitted ? match.Next + 1 : emitted;
            if (position >= limit)
            {
                RememberEnd(ref bytes, match.Next, end);
                break;
            }
            RememberMatch(ref bytes, position, length, match.Next);
            value = Bytes.Load64(ref bytes, position);
            match.Next = position;
        }
        AddRest(tokens, ref bytes, emitted, end);
    }

    /// <summary>Looks for a match longer than the one of four bytes that was found, close to it.</summary>
    protected abstract void LookAround(ref byte bytes, ulong value, ulong nextValue, ulong nextPair, int end,
        ref Match match);

    /// <summary>Looks for a longer match by what is remembered of the bytes behind the one that was found.</summary>
    protected abstract void LookBehind(ref byte bytes, int end, ref Match match);

    /// <summary>Remembers positions within a match that ends before or at a position.</summary>
    protected abstract void RememberMatch(ref byte bytes, int position, int length, int next);

    /// <summary>Remembers positions where the search ends.</summary>
    protected virtual void RememberEnd(ref byte bytes, int next, int end)
    {
    }

    protected override void Rebase(int fallen)
    {
        Rebase(_short, fallen);
        Rebase(_long, fallen);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void RememberShort(ulong value, int position) =>
        Unsafe.Add(ref First(_short), Hash4(value, TableBits)) = position + Base;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void RememberLong(ulong value, int position)
    {
        ref var pair = ref Unsafe.Add(ref First(_long), Hash7(value, TableBits));
        pair = Push(pair, position + Base);
    }

    /// <summary>The two newest positions of seven bytes.</summary>
    protected ulong LongPair(ulong value) => Unsafe.Add(ref First(_long), Hash7(value, TableBits));

    protected int Newest(ulong pair) => (int)pair - Base;

    protected int Older(ulong pair) => (int)(pair >> 32) - Base;

    /// <summary>Takes a match of known bytes if it is longer.</summary>
    protected static bool TakeLonger(ref byte bytes, int position, int candidate, uint value, int end, ref Match match)
    {
        if (Bytes.Load32(ref bytes, candidate) != value)
            return false;
        var length = TokenLength(ref bytes, position, candidate, end);
        if (length <= match.Length)
            return false;
        (match.Position, match.Candidate, match.Length) = (position, candidate, length);
        return true;
    }

    /// <summary>Takes a match by where the bytes behind the present one were seen, if it is longer.</summary>
    protected static void TakeLongerFromBehind(ref byte bytes, int behind, int position, int end, ref Match match)
    {
        position += SkippedAtStart;
        var candidate = behind - match.Length + SkippedAtStart;
        if (candidate < 0 || position - candidate is >= MaxDistance or <= 0)
            return;
        var length = FullLength(ref bytes, position, candidate, 0, end);
        if (length > match.Length)
            (match.Position, match.Candidate, match.Length) = (position, candidate, length);
    }

    private static void Measure(ref byte bytes, int end, ref Match match)
    {
        if (match.Length is not (0 or Token.MaximumMatch))
            return;
        var known = match.Length == 0 ? MinMatch : match.Length;
        match.Length = FullLength(ref bytes, match.Position, match.Candidate, known, end);
    }

    private bool Find(ref byte bytes, ulong value, int emitted, int limit, int end, ref Match match)
    {
        ref var shortTable = ref First(_short);
        ref var longTable = ref First(_long);
        var offset = Base;
        var next = match.Next;
        while (true)
        {
            var position = next;
            next = position + 1 + ((position - emitted) >> skipShift);
            if (next > limit)
                return false;
            ref var shortEntry = ref Unsafe.Add(ref shortTable, Hash4(value, TableBits));
            ref var longEntry = ref Unsafe.Add(ref longTable, Hash7(value, TableBits));
            var pair = longEntry;
            var newest = (int)pair - offset;
            var shortCandidate = shortEntry - offset;
            shortEntry = position + offset;
            longEntry = Push(pair, position + offset);
            var nextValue = Bytes.Load64(ref bytes, next);
            if (position - newest < MaxDistance
                && TakeLong(ref bytes, position, newest, (int)(pair >> 32) - offset, value, end, ref match))
            {
                match.Next = next;
                RememberShort(nextValue, next);
                RememberLong(nextValue, next);
                return true;
            }
            if (Matches(ref bytes, position, shortCandidate, value))
            {
                (match.Position, match.Candidate, match.Next) = (position, shortCandidate, next);
                match.Length = TokenLength(ref bytes, position, shortCandidate, end);
                var nextPair = LongPair(nextValue);
                RememberShort(nextValue, next);
                RememberLong(nextValue, next);
                LookAround(ref bytes, value, nextValue, nextPair, end, ref match);
                return true;
            }
            value = nextValue;
        }
    }

    /// <summary>Takes one of two candidates; where both match, the longer, measured as one token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TakeLong(ref byte bytes, int position, int newest, int older, ulong value, int end,
        ref Match match)
    {
        var isNewest = Bytes.Load32(ref bytes, newest) == (uint)value;
        var isOlder = Matches(ref bytes, position, older, value);
        if (!isNewest && !isOlder)
            return false;
        (match.Position, match.Candidate, match.Length) = (position, isNewest ? newest : older, 0);
        if (isNewest && isOlder)
        {
            match.Length = TokenLength(ref bytes, position, newest, end);
            TakeLonger(ref bytes, position, older, (uint)value, end, ref match);
        }
        return true;
    }

    /// <summary>What was found.</summary>
    protected struct Match
    {
        public int Position;
        public int Candidate;

        /// <summary>The length, 0 where it is not known, and at the start not more than a token can say.</summary>
        public int Length;

        /// <summary>Where the search would have gone on.</summary>
        public int Next;

        public int LastDistance;
    }
}
