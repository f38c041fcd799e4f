using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// zlib-ng at levels 3 to 6: behind a match it looks for the next at once, and lets that one grow to the left if so
/// nothing but a byte is left of the first.
/// </summary>
/// <param name="level">The level.</param>
/// <param name="settings">Its search.</param>
/// <param name="writeSize">How much content is given to the encoder at a time.</param>
internal sealed class ZlibNgMediumMatcher(int level, SearchSettings settings, int writeSize)
    : ZlibNgMatcher(settings, writeSize)
{
    private const int LongestMoved = 256;
    private const int FirstLevelLookingOn = 5;
    private const int LongInTermsOfLazy = 16;

    private readonly bool _looksOn = level >= FirstLevelLookingOn;
    private Found _current;
    private Found _next;

    protected override void Restart() => (_current, _next) = (default, default);

    protected override void Forget() => _next.Length = 0;

    protected override void Stop() => _next.Length = 0;

    protected override uint Decide()
    {
        ref var content = ref MemoryMarshal.GetArrayDataReference(Content);
        do
        {
            if (Refill(Position))
                _next.Length = 0;
            if (_looksOn && _next.Length > 0)
            {
                _current = _next;
                _next.Length = 0;
            }
            else
            {
                _current = Ahead(Position) < ZlibNgTable.HashLength
                    ? Literal(Position)
                    : Find(ref content, Position);
            }
            InsertInside(ref content);
            var end = Position + _current.Length;
            if (_looksOn && Ahead(Position) > ZlibSearch.MinimumLookahead
                && end - Base < 2 * ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead)
            {
                _next = Find(ref content, end);
                if (_next.Length > 1)
                    GrowNext(ref content);
            }
            else
            {
                _next.Length = 0;
            }
        }
        while (_current.Length == 0);
        return _current.Length < ZlibNgTable.HashLength
            ? Content[Position]
            : Token.Match(_current.Length, Position - _current.From);
    }

    private static Found Literal(int position) => new() { Start = position, Origin = position, Length = 1 };

    /// <summary>Makes a place findable, and finds a match there.</summary>
    private Found Find(ref byte content, int position)
    {
        var found = Literal(position);
        var candidate = Table.Insert(ref content, position);
        var distance = position - candidate;
        if (distance is <= 0 or > MaximumDistance || candidate <= Base)
            return found;
        var match = Longest(ref content, position, candidate, 2, !_looksOn);
        if (Token.MatchLength(match) >= ZlibNgTable.HashLength)
            (found.Length, found.From) = (Token.MatchLength(match), position - Token.Distance(match));
        return found;
    }

    private void InsertInside(ref byte content)
    {
        if (Ahead(Position) <= _current.Length + ZlibNgTable.HashLength || _current.Length < ZlibNgTable.HashLength)
            return;
        var end = _current.Start + _current.Length;
        // The inside of long matches is not made findable, but for their last place.
        var isLong = _current.Length > LongInTermsOfLazy * Settings.Lazy;
        for (var at = isLong ? end - 1 : Math.Max(_current.Start + 1, _current.Origin); at < end; at++)
            Table.Insert(ref content, at);
    }

    /// <summary>Moves the beginning of the next match to the left, if that leaves a byte or nothing of the current
    /// one.</summary>
    private void GrowNext(ref byte content)
    {
        var (current, next) = (_current, _next);
        if (current.Length <= 1 || current.Length > 1 + next.From - Base || current.Length > 1 + next.Start - Base)
            return;
        var back = current.Length - 1;
        if (Unsafe.Add(ref content, next.From - back) != Unsafe.Add(ref content, next.Start - back))
            return;
        var limit = Math.Max(next.Start - MaximumDistance, Base);
        while (Unsafe.Add(ref content, next.From - 1) == Unsafe.Add(ref content, next.Start - 1)
            && current.Length >= 1 && next.Start > limit && next.Length < LongestMoved && next.From - Base > 1)
        {
            next.Start--;
            next.From--;
            next.Length++;
            current.Length--;
        }
        if (next.Start == _next.Start || current.Length > 1)
            return;
        next.Origin++;
        (_current, _next) = (current, next);
    }

    protected override void SlideFound(int by)
    {
        _current.Slide(by);
        _next.Slide(by);
    }

    /// <summary>A match, or a literal.</summary>
    private struct Found
    {
        public int Start;
        public int From;
        public int Length;

        // Where it was found, from where on its places were not findable yet.
        public int Origin;

        public void Slide(int by) => (Start, From, Origin) = (Start - by, From - by, Origin - by);
    }
}
