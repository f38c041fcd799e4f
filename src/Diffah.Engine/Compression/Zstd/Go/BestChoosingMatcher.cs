using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The level Best up to 1.16.0: the best candidate at a position and the two behind it is chosen by price, and takes
/// equal bytes before it afterwards.
/// </summary>
/// <typeparam name="TRules">The releases.</typeparam>
internal sealed class BestChoosingMatcher<TRules>() : BestMatcher(new BlockWithoutSearch(FindsRuns: false))
    where TRules : struct, IBestChoosingRules
{
    // From this length on a match is taken without a look at the positions behind.
    private const int GoodLength = 100;

    protected override int Search(GoHistory history, ZstdBlockDraft draft, int literalPrice)
    {
        ref var content = ref history.First;
        var choice = new BestChoice<TRules>(history, literalPrice);
        var sequences = new SequenceDraft(history, draft);
        var limit = history.End - Margin;
        var place = history.Start;
        RepeatedOffsets repeats = default;
        while (place < limit)
        {
            var mayRepeat = sequences.Count > 2;
            var eight = ContentReads.Eight(ref content, place);
            var best = BestHere(choice, place, eight, history.Base);
            if (mayRepeat && best.Length < GoodLength)
            {
                best = BestRepeat(choice, best, place + 1, (uint)(eight >> 8), in repeats);
                if (best.Length > 0)
                    best = BestRepeat(choice, best, place + 3, (uint)(eight >> 24), in repeats);
            }
            if (best.Length < GoodLength)
            {
                if (best.Length < 4)
                {
                    place += Step(place - sequences.Emitted);
                    continue;
                }
                best = BestBehind(choice, best, place + 1, eight >> 8, ref content, history.Base);
                best = BestByEnd(choice, best, ref content, history.Base, limit);
            }
            place = Take(history, ref sequences, in best, ref repeats, limit);
            if (mayRepeat && best.Repeat < 0)
                place = Repeat(history, ref sequences, place, ref repeats, limit);
        }
        return sequences.Emitted;
    }

    /// <summary>The best of what is remembered, behind which the position is remembered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PricedMatch BestHere(BestChoice<TRules> choice, int place, ulong eight, int shift)
    {
        ref var eightEntry = ref Unsafe.Add(ref ByEight.First, HashEight(eight));
        ref var fourEntry = ref Unsafe.Add(ref ByFour.First, HashFour(eight));
        var (byEight, byFour) = (eightEntry, fourEntry);
        eightEntry = PairTable.Push(byEight, place + shift);
        fourEntry = PairTable.Push(byFour, place + shift);
        var best = choice.Better(
            At(choice, PairTable.Last(byEight) - shift, place, eight),
            At(choice, PairTable.Before(byEight) - shift, place, eight));
        var third = At(choice, PairTable.Last(byFour) - shift, place, eight);
        var fourth = At(choice, PairTable.Before(byFour) - shift, place, eight);
        return TRules.ComparesInPairs
            ? choice.Better(best, choice.Better(third, fourth))
            : choice.Better(choice.Better(best, third), fourth);
    }

    private static PricedMatch BestRepeat(
        BestChoice<TRules> choice, PricedMatch best, int place, uint four, in RepeatedOffsets repeats)
    {
        var first = choice.At(place - repeats.First, place, four, 1);
        var second = choice.At(place - repeats.Second, place, four, 2);
        var third = choice.At(place - repeats.Third, place, four, 3);
        best = choice.Better(best, first);
        return TRules.ComparesInPairs
            ? choice.Better(best, choice.Better(second, third))
            : choice.Better(choice.Better(best, second), third);
    }

    /// <summary>The best of a match and what is remembered of the position behind and, by eight bytes, of the next.
    /// </summary>
    private PricedMatch BestBehind(
        BestChoice<TRules> choice, PricedMatch best, int place, ulong bytes, ref byte content, int shift)
    {
        var eight = ContentReads.Eight(ref content, place);
        var next = ContentReads.Eight(ref content, place + 1);
        var byFour = Unsafe.Add(ref ByFour.First, HashFour(bytes));
        var byEight = Unsafe.Add(ref ByEight.First, HashEight(eight));
        var byNext = Unsafe.Add(ref ByEight.First, HashEight(next));
        best = choice.Better(best, At(choice, PairTable.Last(byFour) - shift, place, eight));
        best = choice.Better(best, At(choice, PairTable.Last(byEight) - shift, place, eight));
        var third = At(choice, PairTable.Before(byEight) - shift, place, eight);
        var fourth = At(choice, PairTable.Last(byNext) - shift, place + 1, next);
        var fifth = At(choice, PairTable.Before(byNext) - shift, place + 1, next);
        return TRules.ComparesInPairs
            ? choice.Better(best, choice.Better(choice.Better(third, fourth), fifth))
            : choice.Better(choice.Better(choice.Better(best, third), fourth), fifth);
    }

    /// <summary>The best of a match and those that have the eight bytes behind it behind them.</summary>
    private PricedMatch BestByEnd(
        BestChoice<TRules> choice, PricedMatch best, ref byte content, int shift, int limit)
    {
        var end = best.Place + best.Length;
        if (end >= limit)
            return best;
        var pair = Unsafe.Add(ref ByEight.First, HashEight(ContentReads.Eight(ref content, end)));
        var place = best.Place + TRules.FreeBytes;
        var four = ContentReads.Four(ref content, place);
        var back = shift + best.Length - TRules.FreeBytes;
        if (PairTable.Last(pair) < back)
            return best;
        var other = choice.Better(best, At(choice, PairTable.Last(pair) - back, place, four));
        return PairTable.Before(pair) < back
            ? other
            : choice.Better(other, At(choice, PairTable.Before(pair) - back, place, four));
    }

    /// <summary>Adds a match and remembers its positions.</summary>
    /// <returns>The position behind.</returns>
    private int Take(
        GoHistory history, ref SequenceDraft sequences, in PricedMatch best, ref RepeatedOffsets repeats, int limit)
    {
        repeats.Use(in best);
        var isRepeat = best.Repeat > 0;
        var least = sequences.Emitted + (isRepeat ? 1 : 0);
        var start = sequences.StartOf(best.Place, best.Place - best.Source, least, best.Place);
        var matched = best.Place + best.Length;
        sequences.Add(start, matched, best.OffsetValue);
        if (matched < limit)
            Remember(history, isRepeat ? best.Place : start + 1, matched - 1);
        return matched;
    }

    /// <summary>Takes the offsets before the last in turn as long as they fit directly behind a match.</summary>
    private int Repeat(
        GoHistory history, ref SequenceDraft sequences, int place, ref RepeatedOffsets repeats, int limit)
    {
        ref var content = ref history.First;
        while (place < limit)
        {
            var offset = repeats.Second;
            if (ContentReads.Four(ref content, place - offset) != ContentReads.Four(ref content, place))
                break;
            Remember(history, place, place + 1);
            var start = place;
            place += 4 + ContentReads.SameLength(ref content, place + 4 - offset, place + 4, history.End);
            sequences.Add(start, place, 1);
            (repeats.First, repeats.Second) = (repeats.Second, repeats.First);
        }
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PricedMatch At(BestChoice<TRules> choice, int source, int place, ulong bytes) =>
        choice.At(source, place, (uint)bytes, PricedMatch.NoRepeat);
}
