using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Holds the best match around one position, and tries others against it.</summary>
/// <typeparam name="TRules">The releases.</typeparam>
internal ref struct BestSearch<TRules>
    where TRules : struct, IBestRules
{
    private const int LongestMatch = 131074;
    private const int NoPrice = LongestMatch * 8;

    private readonly ref byte _content;
    private readonly int _end;
    private readonly int _window;
    private readonly int _literalPrice;

    /// <summary>The best match.</summary>
    public PricedMatch Best;

    /// <summary>Up to where the content is in sequences.</summary>
    public int Emitted;

    public BestSearch(GoHistory history, int literalPrice)
    {
        _content = ref history.First;
        _end = history.End;
        _window = history.Window;
        _literalPrice = literalPrice;
        Emitted = history.Start;
    }

    /// <summary>Begins at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Begin(int place) => Best = new PricedMatch { Place = place, Price = NoPrice };

    /// <summary>Tries a copy.</summary>
    /// <param name="source">Where from; what lies out of reach is no candidate.</param>
    /// <param name="place">Where to.</param>
    /// <param name="four">The four bytes there.</param>
    /// <param name="repeat">As in <see cref="PricedMatch.Repeat"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Try(int source, int place, uint four, int repeat)
    {
        if ((uint)(place - source - 1) < (uint)(_window - 1) && ContentReads.Four(ref _content, source) == four)
            Weigh(source, place, repeat);
    }

    private void Weigh(int source, int place, int repeat)
    {
        if (Best.Length > 16 && EndsEarlier(source, place))
            return;
        var length = 4 + ContentReads.SameLength(ref _content, source + 4, place + 4, _end);
        if (ReachesBack(repeat))
        {
            var least = Math.Max(place - _window, 0);
            while (source > least && place > Emitted && length < LongestMatch
                && ContentReads.SameByte(ref _content, source - 1, place - 1))
            {
                source--;
                place--;
                length++;
            }
        }
        var price = MatchPrice.Of(length, OffsetValue(source, place, repeat)) - (length * _literalPrice >> 10);
        if (price > 0)
            (price, length) = (NoPrice, 0);
        if (Best.Price >= NoPrice || price - Best.Price + ((place - Best.Place) * _literalPrice >> 10) < 0)
        {
            Best = new PricedMatch
            {
                Source = source,
                Place = place,
                Length = length,
                Repeat = repeat,
                Price = price,
            };
        }
    }

    /// <summary>A long match is not weighed against what does not reach its end, as four bytes tell.</summary>
    private readonly bool EndsEarlier(int source, int place)
    {
        var left = _end - (Best.Place + Best.Length);
        if (left <= 0)
            return true;
        var ahead = Best.Length - (place - Best.Place) - 8;
        return left > 2 && ahead > 4
            && ContentReads.Four(ref _content, source + ahead) != ContentReads.Four(ref _content, place + ahead);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool ReachesBack(int repeat) => TRules.Backward switch
    {
        BackwardReach.ExplicitOffset => repeat < 0,
        BackwardReach.UnlessRepeatIsBest => Best.Repeat <= 0,
        _ => true,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint OffsetValue(int source, int place, int repeat)
    {
        if (repeat < 0)
            return (uint)(place - source) + 3;
        return (uint)(TRules.PricesRepeatByCode ? repeat & ~PricedMatch.BehindMatch : repeat);
    }
}
