using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Prices candidates at one position, and chooses between two.</summary>
/// <typeparam name="TRules">The releases.</typeparam>
internal readonly ref struct BestChoice<TRules>
    where TRules : struct, IBestChoosingRules
{
    private const int NoPrice = 25000;

    private readonly ref byte _content;
    private readonly int _end;
    private readonly int _window;
    private readonly int _literalPrice;

    public BestChoice(GoHistory history, int literalPrice)
    {
        _content = ref history.First;
        _end = history.End;
        _window = history.Window;
        _literalPrice = literalPrice;
    }

    /// <summary>A candidate: what is out of reach, is different or does not pay is long 0.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="place">Where to.</param>
    /// <param name="four">The four bytes there.</param>
    /// <param name="repeat">As in <see cref="PricedMatch.Repeat"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PricedMatch At(int source, int place, uint four, int repeat)
    {
        if (place - source < _window && ContentReads.Four(ref _content, source) == four)
            return Priced(source, place, repeat);
        return new PricedMatch { Place = place, Price = NoPrice };
    }

    /// <summary>The better of both, the second if they are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PricedMatch Better(in PricedMatch one, in PricedMatch other)
    {
        var behind = one.Place - other.Place;
        var isBetter = TRules.ComparesInPairs
            ? one.Price - other.Price + (behind * _literalPrice >> 10) < 0
            : one.Price + (behind * _literalPrice >> 10) < other.Price + (-behind * _literalPrice >> 10);
        return isBetter ? one : other;
    }

    private PricedMatch Priced(int source, int place, int repeat)
    {
        var length = 4 + ContentReads.SameLength(ref _content, source + 4, place + 4, _end);
        var match = new PricedMatch { Source = source, Place = place, Repeat = repeat, Length = length };
        match.Price = MatchPrice.Of(length, match.OffsetValue) - (length * _literalPrice >> 10);
        if (match.Price > 0)
            (match.Price, match.Length) = (NoPrice, 0);
        return match;
    }
}
