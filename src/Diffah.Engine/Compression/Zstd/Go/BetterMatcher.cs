using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The level Better: two positions for each hash of eight bytes, one for each of five. The longer of the long matches
/// is taken; behind a short one the next position is tried for a long one, then what ends where the match ends.
/// </summary>
/// <typeparam name="TRules">The releases.</typeparam>
/// <param name="unsearched">Which blocks are not searched.</param>
internal sealed class BetterMatcher<TRules>(BlockWithoutSearch unsearched) : GoMatcher
    where TRules : struct, IBetterRules
{
    private const int EightBits = 19;
    private const int FiveBits = 13;
    private const int Margin = 10;

    // How slowly steps grow while nothing is found: by one for each 2^8 bytes.
    private const int StepBits = 8;

    private readonly PairTable _byEight = new(EightBits);
    private readonly PlaceTable _byFive = new(FiveBits);

    public override void Fill(GoHistory history, ZstdBlockDraft draft)
    {
        if (unsearched.Fill(history.Block, draft))
            return;
        var emitted = Search(history, draft);
        draft.AddLiterals(history.Block[(emitted - history.Start)..]);
    }

    public override void Rebase(int fallen)
    {
        Rebase(_byEight.Positions, fallen);
        _byFive.Rebase(fallen);
    }

    private int Search(GoHistory history, ZstdBlockDraft draft)
    {
        ref var content = ref history.First;
        ref var byEight = ref _byEight.First;
        ref var byFive = ref _byFive.First;
        var (shift, end, window) = (history.Base, history.End, history.Window);
        var sequences = new SequenceDraft(history, draft);
        var limit = end - Margin;
        var place = history.Start;
        var (last, before) = (0, 0);
        while (place < limit)
        {
            var mayRepeat = sequences.Count > 2;
            var eight = ContentReads.Eight(ref content, place);
            ref var pairEntry = ref Unsafe.Add(ref byEight, HashEight(eight));
            ref var placeEntry = ref Unsafe.Add(ref byFive, HashFive(eight));
            var (pair, known) = (pairEntry, placeEntry);
            pairEntry = PairTable.Push(pair, place + shift);
            placeEntry = PlaceTable.Entry(place + shift, eight);
            if (mayRepeat && ContentReads.Four(ref content, place + 1 - last) == (uint)(eight >> 8))
            {
                var again = place + 1;
                var start = sequences.StartOf(again, last, sequences.Emitted + 1, place);
                place = again + 4 + ContentReads.SameLength(ref content, again + 4 - last, again + 4, end);
                sequences.Add(start, place, 1);
                if (place < limit)
                    Remember(history, again, place - 1);
                continue;
            }
            var match = LongMatch(history, pair, place, eight);
            if (match.Length == 0)
            {
                if (!PlaceTable.Matches(known, eight, place + shift, window))
                {
                    place += 1 + ((place - sequences.Emitted) >> StepBits);
                    continue;
                }
                match = ShortMatch(history, PlaceTable.Position(known) - shift, place);
            }
            if (match.Place + match.Length < limit)
                match = MatchByEnd(history, match);
            var unremembered = place + 1;
            (before, last) = (last, match.Place - match.Source);
            var first = sequences.StartOf(match.Place, last, sequences.Emitted, match.Place);
            place = match.Place + match.Length;
            sequences.Add(first, place, (uint)last + 3);
            if (place >= limit)
                break;
            Remember(history, TRules.RemembersFromSearched ? unremembered : first + 1, place - 1);
            if (mayRepeat)
            {
                var repeated = Repeat(history, ref sequences, place, before, last, limit);
                place = sequences.Emitted;
                if (repeated)
                    (last, before) = (before, last);
            }
        }
        return sequences.Emitted;
    }

    /// <summary>Takes the offsets before the last in turn as long as they fit directly behind a match.</summary>
    /// <returns>Whether the last offset is now <paramref name="before"/>.</returns>
    private bool Repeat(
        GoHistory history, ref SequenceDraft sequences, int place, int before, int last, int limit)
    {
        ref var content = ref history.First;
        var swapped = false;
        while (place < limit)
        {
            var offset = swapped ? last : before;
            var eight = ContentReads.Eight(ref content, place);
            if (ContentReads.Four(ref content, place - offset) != (uint)eight)
                break;
            PairTable.Add(ref _byEight.First, HashEight(eight), place + history.Base);
            Unsafe.Add(ref _byFive.First, HashFive(eight)) = PlaceTable.Entry(place + history.Base, eight);
            var start = place;
            place += 4 + ContentReads.SameLength(ref content, place + 4 - offset, place + 4, history.End);
            sequences.Add(start, place, 1);
            swapped = !swapped;
        }
        return swapped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLongMatch(ref byte content, int source, int place, ulong eight, int window) =>
        place - source < window && ContentReads.Eight(ref content, source) == eight;

    /// <summary>The longer match of two positions with the same hash of eight bytes, the later one if both are as
    /// long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FoundMatch LongMatch(GoHistory history, ulong pair, int place, ulong eight)
    {
        ref var content = ref history.First;
        FoundMatch match = default;
        var source = PairTable.Last(pair) - history.Base;
        if (IsLongMatch(ref content, source, place, eight, history.Window))
            match = FoundMatch.Of(ref content, source, place, 8, history.End);
        source = PairTable.Before(pair) - history.Base;
        if (IsLongMatch(ref content, source, place, eight, history.Window))
        {
            var earlier = FoundMatch.Of(ref content, source, place, 8, history.End);
            if (earlier.Length > match.Length)
                match = earlier;
        }
        return match;
    }

    /// <summary>The match of four bytes or a longer one of eight at the next position, which is remembered.</summary>
    private FoundMatch ShortMatch(GoHistory history, int source, int place)
    {
        ref var content = ref history.First;
        var match = FoundMatch.Of(ref content, source, place, 4, history.End);
        var next = place + 1;
        var eight = ContentReads.Eight(ref content, next);
        ref var entry = ref Unsafe.Add(ref _byEight.First, HashEight(eight));
        var pair = entry;
        entry = PairTable.Push(pair, next + history.Base);
        // The first that is longer is taken.
        var longer = LongerAt(history, PairTable.Last(pair) - history.Base, next, eight, match.Length);
        if (longer.Length == 0)
            longer = LongerAt(history, PairTable.Before(pair) - history.Base, next, eight, match.Length);
        return longer.Length == 0 ? match : longer;
    }

    private static FoundMatch LongerAt(GoHistory history, int source, int place, ulong eight, int length)
    {
        // The program counts reach here from one position before.
        if (!IsLongMatch(ref history.First, source, place, eight, history.Window + 1))
            return default;
        var match = FoundMatch.Of(ref history.First, source, place, 8, history.End);
        return match.Length > length ? match : default;
    }

    /// <summary>A longer match among those that have the eight bytes behind the match behind them, else the
    /// match.</summary>
    private FoundMatch MatchByEnd(GoHistory history, FoundMatch match)
    {
        ref var content = ref history.First;
        var behind = ContentReads.Eight(ref content, match.Place + match.Length);
        var pair = Unsafe.Add(ref _byEight.First, HashEight(behind));
        var place = match.Place + TRules.FreeBytes;
        match = LongerByEnd(history, PairTable.Last(pair) - history.Base, place, match);
        return LongerByEnd(history, PairTable.Before(pair) - history.Base, place, match);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FoundMatch LongerByEnd(GoHistory history, int end, int place, FoundMatch match)
    {
        ref var content = ref history.First;
        var source = end - match.Length + TRules.FreeBytes;
        if (source < 0 || source >= place || place - source >= history.Window
            || ContentReads.Four(ref content, source) != ContentReads.Four(ref content, place))
        {
            return match;
        }
        var other = FoundMatch.Of(ref content, source, place, 4, history.End);
        return other.Length > match.Length ? other : match;
    }

    /// <summary>Remembers every second position of a range by eight bytes, those between by five.</summary>
    private void Remember(GoHistory history, int from, int end)
    {
        ref var content = ref history.First;
        ref var byEight = ref _byEight.First;
        ref var byFive = ref _byFive.First;
        var shift = history.Base;
        for (var position = from; position < end; position += 2)
        {
            var eight = ContentReads.Eight(ref content, position);
            PairTable.Add(ref byEight, HashEight(eight), position + shift);
            Unsafe.Add(ref byFive, HashFive(eight >> 8)) = PlaceTable.Entry(position + 1 + shift, eight >> 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint HashEight(ulong eight) => ContentHashes.OfEight(eight, EightBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint HashFive(ulong eight) => ContentHashes.OfFive(eight, FiveBits);
}
