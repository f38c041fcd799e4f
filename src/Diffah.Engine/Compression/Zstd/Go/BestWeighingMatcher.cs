using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// The level Best since 1.16.4: what the tables and repeated offsets offer at a position, at the two behind it and
/// where the best match so far ends is weighed, candidate for candidate, against the best.
/// </summary>
/// <typeparam name="TRules">The releases.</typeparam>
/// <param name="unsearched">Which blocks are not searched.</param>
internal sealed class BestWeighingMatcher<TRules>(BlockWithoutSearch unsearched) : BestMatcher(unsearched)
    where TRules : struct, IBestRules
{
    // From this length on a match is taken without a look at the positions behind.
    private const int GoodLength = 250;

    // How many of its first bytes are not asked of a match that is looked for by its end.
    private const int FreeBytes = 2;

    protected override int Search(GoHistory history, ZstdBlockDraft draft, int literalPrice)
    {
        var search = new BestSearch<TRules>(history, literalPrice);
        ref var content = ref history.First;
        var limit = history.End - Margin;
        var place = history.Start;
        RepeatedOffsets repeats = default;
        while (place < limit)
        {
            var eight = ContentReads.Eight(ref content, place);
            TryHere(ref search, place, eight, history.Base, draft.SequenceCount > 2, in repeats);
            if (search.Best.Length < GoodLength)
            {
                if (search.Best.Length < 4)
                {
                    place += Step(place - search.Emitted);
                    continue;
                }
                TryBehind(ref search, place, eight, ref content, history.Base);
                if (search.Best.Place > place - FreeBytes)
                    TryByEnd(ref search, ref content, history.Base, limit);
            }
            var unremembered = place + 1;
            place = Emit(ref search, ref content, draft, history.End);
            repeats.Use(in search.Best);
            var last = limit + (search.Best.Repeat > 0 ? 4 : -4);
            if (TRules.RemembersLastMatch || place < limit)
                Remember(history, unremembered, TRules.RemembersLastMatch ? Math.Min(place, last) : place);
        }
        return search.Emitted;
    }

    /// <summary>Tries what is known at a position, and remembers the position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TryHere(
        ref BestSearch<TRules> search, int place, ulong eight, int shift, bool mayRepeat, in RepeatedOffsets repeats)
    {
        ref var eightEntry = ref Unsafe.Add(ref ByEight.First, HashEight(eight));
        ref var fourEntry = ref Unsafe.Add(ref ByFour.First, HashFour(eight));
        var (byEight, byFour) = (eightEntry, fourEntry);
        eightEntry = PairTable.Push(byEight, place + shift);
        fourEntry = PairTable.Push(byFour, place + shift);
        search.Begin(place);
        TryPair(ref search, byEight, place, (uint)eight, shift);
        TryPair(ref search, byFour, place, (uint)eight, shift);
        if (mayRepeat && search.Best.Length < GoodLength)
            TryRepeats(ref search, place, eight, in repeats);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TryPair(ref BestSearch<TRules> search, ulong pair, int place, uint four, int shift)
    {
        search.Try(PairTable.Last(pair) - shift, place, four, PricedMatch.NoRepeat);
        search.Try(PairTable.Before(pair) - shift, place, four, PricedMatch.NoRepeat);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TryRepeats(
        ref BestSearch<TRules> search, int place, ulong eight, in RepeatedOffsets repeats)
    {
        if (place == search.Emitted)
        {
            search.Try(place - repeats.Second, place, (uint)eight, PricedMatch.BehindMatch | 1);
            search.Try(place - repeats.Third, place, (uint)eight, PricedMatch.BehindMatch | 2);
            if (repeats.First > 1)
                search.Try(place - (repeats.First - 1), place, (uint)eight, PricedMatch.BehindMatch | 3);
        }
        if (search.Best.Repeat > 0)
            return;
        TryRepeatsAt(ref search, place + 1, (uint)(eight >> 8), in repeats);
        if (search.Best.Repeat < 0)
            TryRepeatsAt(ref search, place + 3, (uint)(eight >> 24), in repeats);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TryRepeatsAt(
        ref BestSearch<TRules> search, int place, uint four, in RepeatedOffsets repeats)
    {
        search.Try(place - repeats.First, place, four, 1);
        search.Try(place - repeats.Second, place, four, 2);
        search.Try(place - repeats.Third, place, four, 3);
    }

    private void TryBehind(
        ref BestSearch<TRules> search, int place, ulong eight, ref byte content, int shift)
    {
        var second = ContentReads.Eight(ref content, place + 1);
        var third = ContentReads.Eight(ref content, place + 2);
        var byFour = Unsafe.Add(ref ByFour.First, HashFour(eight >> 8));
        var bySecond = Unsafe.Add(ref ByEight.First, HashEight(second));
        var byThird = Unsafe.Add(ref ByEight.First, HashEight(third));
        search.Try(PairTable.Last(byFour) - shift, place + 1, (uint)second, PricedMatch.NoRepeat);
        TryPair(ref search, bySecond, place + 1, (uint)second, shift);
        TryPair(ref search, byThird, place + 2, (uint)third, shift);
    }

    /// <summary>Looks for a match that ends with a longer one than the best has.</summary>
    private void TryByEnd(ref BestSearch<TRules> search, ref byte content, int shift, int limit)
    {
        var end = search.Best.Place + search.Best.Length;
        if (end >= limit)
            return;
        var pair = Unsafe.Add(ref ByEight.First, HashEight(ContentReads.Eight(ref content, end)));
        if (TryEndingAt(ref search, ref content, PairTable.Last(pair) - shift))
            TryEndingAt(ref search, ref content, PairTable.Before(pair) - shift);
    }

    private static bool TryEndingAt(ref BestSearch<TRules> search, ref byte content, int end)
    {
        var source = end - search.Best.Length + FreeBytes;
        if (source < 0)
            return false;
        var place = search.Best.Place + FreeBytes;
        search.Try(source, place, ContentReads.Four(ref content, place), PricedMatch.NoRepeat);
        return true;
    }

    private static int Emit(ref BestSearch<TRules> search, ref byte content, ZstdBlockDraft draft, int end)
    {
        ref readonly var best = ref search.Best;
        var literals = best.Place - search.Emitted;
        draft.AddLiterals(ref Unsafe.Add(ref content, search.Emitted), literals, end - search.Emitted);
        draft.Add(literals, best.Length, best.OffsetValue);
        search.Emitted = best.Place + best.Length;
        return search.Emitted;
    }
}
