using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Decides a block by prices. From a place with a match on, the cheapest way to each place behind it is sought, until
/// all matches end or one is long enough; what leads to that end is taken, and the next series of places begins there.
/// </summary>
internal sealed unsafe class ZstdOptimalParser
{
    // A series is not longer.
    private const int MostPlaces = ZstdTreeFinder.Longest;

    // What a hash takes.
    private const int HashReach = 8;

    private readonly ZstdTreeFinder _finder = new();
    private readonly ZstdPrices _prices = new();
    private readonly ZstdPricedPlace[] _places = GC.AllocateArray<ZstdPricedPlace>(MostPlaces + 2, pinned: true);
    private readonly ZstdFoundMatch[] _found = GC.AllocateArray<ZstdFoundMatch>(MostPlaces + 4, pinned: true);
    private ZstdRepeats _repeats;
    private byte* _last;
    private int _shortest;
    private bool _isQuick;

    /// <summary>Forgets the statistics of what was before.</summary>
    /// <param name="isQuick">Places that don't promise much are not looked at, and prices are rough.</param>
    public void Begin(bool isQuick)
    {
        _isQuick = isQuick;
        _prices.Begin(isFine: !isQuick);
    }

    /// <summary>Decides a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="found">Takes the sequences.</param>
    /// <param name="repeats">The repeat offsets before it.</param>
    /// <returns>Those behind it.</returns>
    public ZstdRepeats Match(in ZstdMatchedBlock block, ref ZstdDecisionList found, ZstdRepeats repeats)
    {
        _repeats = repeats;
        _last = block.Start + block.Length - HashReach;
        _shortest = ZstdTreeFinder.Shortest(in block);
        _finder.Use(in block);
        _prices.BeginBlock(new ReadOnlySpan<byte>(block.Start, block.Length));
        var matches = (ZstdFoundMatch*)Unsafe.AsPointer(ref _found[0]);
        var places = (ZstdPricedPlace*)Unsafe.AsPointer(ref _places[0]);
        var at = block.Start == block.Base + block.NearStart ? block.Start + 1 : block.Start;
        while (at < _last)
        {
            var literals = (int)(at - found.Behind);
            var count = _finder.Find(at, _repeats, literals == 0, matches);
            if (count == 0)
            {
                at++;
                continue;
            }
            var end = Weigh(at, literals, places, matches, count);
            var first = Trace(places, end);
            at = Take(places + first, places + end + 1, ref found);
            _prices.Settle();
        }
        return _repeats;
    }

    // Finds the way. Its end is put behind the place that it comes from, whose number is given.
    private int Weigh(byte* at, int literals, ZstdPricedPlace* places, ZstdFoundMatch* matches, int count)
    {
        // The literals themselves cost the same whatever follows.
        places[0] = new ZstdPricedPlace
        {
            Price = _prices.OfLiteralLength(literals),
            LiteralLength = literals,
            Repeats = _repeats,
        };
        var longest = matches[count - 1];
        if (longest.Length > _finder.Enough)
            return End(places, 0, ZstdPricedPlace.Of(longest, literals));
        var last = BeginSeries(places, matches, count);
        for (var i = 1; i <= last; i++)
        {
            var place = places + i;
            Reach(place, at + i);
            if (at + i > _last)
                continue;
            if (i == last)
                break;
            if (_isQuick && place[1].Price <= place->Price + ZstdPrices.Bit / 2)
                continue;
            var isBehindMatch = place->MatchLength != 0;
            count = _finder.Find(at + i, place->Repeats, isBehindMatch, matches);
            if (count == 0)
                continue;
            longest = matches[count - 1];
            literals = isBehindMatch ? 0 : place->LiteralLength;
            if (longest.Length > _finder.Enough || i + longest.Length >= MostPlaces)
                return End(places, i - literals, ZstdPricedPlace.Of(longest, literals));
            last = GoOn(places, i, last, literals, matches, count);
        }
        return End(places, last - places[last].Length, places[last]);
    }

    private int End(ZstdPricedPlace* places, int from, ZstdPricedPlace end)
    {
        // Literals that come before the series.
        from = Math.Max(from, 0);
        _repeats = end.MatchLength == 0
            ? places[from].Repeats
            : places[from].Repeats.Behind(end.OffsetValue, end.LiteralLength == 0);
        places[from + 1] = end;
        return from;
    }

    private int BeginSeries(ZstdPricedPlace* places, ZstdFoundMatch* matches, int count)
    {
        var literals = places[0].LiteralLength;
        var before = places[0].Price + _prices.OfLiteralLength(0);
        var length = 1;
        for (; length < _shortest; length++)
            places[length].Price = ZstdPricedPlace.Unknown;
        for (var i = 0; i < count; i++)
        {
            var (value, end) = matches[i];
            var price = before + _prices.OfOffset(value);
            for (; length <= end; length++)
                places[length].Take(price + _prices.OfMatchLength(length), value, length, literals);
        }
        return length - 1;
    }

    // Settles which way leads to a place: over one more literal, if that is not dearer.
    private void Reach(ZstdPricedPlace* place, byte* at)
    {
        var before = place - 1;
        var literals = before->MatchLength == 0 ? before->LiteralLength + 1 : 1;
        var price = before->Price + _prices.OfLiteral(at[-1])
            + _prices.OfLiteralLength(literals) - _prices.OfLiteralLength(literals - 1);
        if (price <= place->Price)
            place->Take(price, 0, 0, literals);
        place->Repeats = place->MatchLength == 0
            ? before->Repeats
            : (place - place->MatchLength)->Repeats.Behind(place->OffsetValue, place->LiteralLength == 0);
    }

    private int GoOn(
        ZstdPricedPlace* places, int from, int last, int literals, ZstdFoundMatch* matches, int count)
    {
        var before = places[from].Price + _prices.OfLiteralLength(0);
        var shorter = _shortest - 1;
        for (var i = 0; i < count; i++)
        {
            var (value, longest) = matches[i];
            var offsetPrice = before + _prices.OfOffset(value);
            for (var length = longest; length > shorter; length--)
            {
                var end = from + length;
                var price = offsetPrice + _prices.OfMatchLength(length);
                if (end <= last && price >= places[end].Price)
                {
                    if (_isQuick)
                        break;
                    continue;
                }
                while (last < end)
                    places[++last].Price = ZstdPricedPlace.Unknown;
                places[end].Take(price, value, length, literals);
            }
            shorter = longest;
        }
        return last;
    }

    // Walks back, and puts what lies on the way side by side, up to its end. Gives where it begins.
    private static int Trace(ZstdPricedPlace* places, int from)
    {
        var first = from + 1;
        while (from > 0)
        {
            var place = places[from];
            places[--first] = place;
            from -= place.Length;
        }
        return first;
    }

    private byte* Take(ZstdPricedPlace* place, ZstdPricedPlace* last, ref ZstdDecisionList found)
    {
        for (; place <= last; place++)
        {
            // The next series may lengthen these literals.
            if (place->MatchLength == 0)
                return found.Behind + place->LiteralLength;
            var literals = new ReadOnlySpan<byte>(found.Behind, place->LiteralLength);
            _prices.Add(literals, place->OffsetValue, place->MatchLength);
            found.Add(found.Behind + place->LiteralLength, place->OffsetValue, place->MatchLength);
        }
        return found.Behind;
    }
}
