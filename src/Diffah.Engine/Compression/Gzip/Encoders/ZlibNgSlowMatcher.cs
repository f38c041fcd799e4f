using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>zlib-ng at levels 7 to 9: looks for a better match one byte on before it takes one.</summary>
/// <param name="settings">The level's search.</param>
/// <param name="isDeepest">Level 9: places are found by three bytes, and by the rarest part of what is to
/// match.</param>
/// <param name="writeSize">How much content is given to the encoder at a time.</param>
internal sealed class ZlibNgSlowMatcher(SearchSettings settings, bool isDeepest, int writeSize)
    : ZlibNgMatcher(settings, writeSize)
{
    private const int NoMatch = Token.MinimumMatch - 1;

    private bool _isSearched;
    private int _length;
    private int _from;
    private int _inserted;

    protected override void Restart() => (_isSearched, _length, _inserted) = (false, 0, Position);

    protected override void Forget() => _isSearched = false;

    protected override void InsertLast(int position)
    {
        ref var content = ref MemoryMarshal.GetArrayDataReference(Content);
        if (isDeepest)
            Table.InsertShort(ref content, position);
        else
            Table.Insert(ref content, position);
    }

    protected override void SlideFound(int by) => (_from, _inserted) = (_from - by, _inserted - by);

    protected override uint Decide()
    {
        var position = Position;
        if (!_isSearched)
        {
            InsertTo(position);
            Refill(position);
            _length = 0;
            Search(position);
        }
        var (length, from) = (_length, _from);
        var next = position + 1;
        if (Refill(next) && from < Base)
            _length = length = 0;
        if (Ahead(next) > 0)
            Search(next);
        else
            _length = NoMatch;
        _isSearched = true;
        if (length < Token.MinimumMatch || _length > length)
            return Content[position];
        _isSearched = false;
        return Token.Match(length, position - from);
    }

    private void InsertTo(int end)
    {
        end = Math.Min(end, Limit - Token.MinimumMatch);
        for (; _inserted < end; _inserted++)
            InsertLast(_inserted);
    }

    /// <summary>Makes a place findable, and looks there for a match that is longer than the one before.</summary>
    private void Search(int position)
    {
        var length = _length;
        _length = NoMatch;
        if (Ahead(position) < ZlibNgTable.HashLength)
            return;
        ref var content = ref MemoryMarshal.GetArrayDataReference(Content);
        var candidate = isDeepest ? Table.InsertShort(ref content, position) : Table.Insert(ref content, position);
        _inserted = Math.Max(_inserted, position + 1);
        if (position - candidate is <= 0 or > MaximumDistance || candidate <= Base || length >= Settings.Lazy)
            return;
        var best = Math.Max(length, NoMatch);
        var match = isDeepest
            ? Deepest(ref content, position, candidate, best)
            : Longest(ref content, position, candidate, best, stopsEarly: false);
        _length = match == 0 ? best : Token.MatchLength(match);
        if (match != 0)
            _from = position - Token.Distance(match);
    }

    /// <summary>Walks along the chain of that part of the match whose last place is the farthest: the fewest places
    /// have it.</summary>
    private uint Deepest(ref byte content, int position, int candidate, int best)
    {
        var nearest = Math.Max(position - MaximumDistance, Base);
        var ahead = Ahead(position);
        var tries = best >= Settings.Good ? Settings.Chain >> 2 : Settings.Chain;
        var (match, part) = (0u, 0);
        for (var at = 1; best >= Token.MinimumMatch && at <= best - NoMatch; at++)
            ToFarther(ref candidate, ref part, Table.LastOf(ref Unsafe.Add(ref content, position + at)), at);
        // The last place itself may be one further away than others may be.
        if (best >= Token.MinimumMatch && candidate <= nearest + part)
            return 0;
        while (candidate < position)
        {
            var start = candidate - part;
            var length = Unsafe.Add(ref content, start + best) == Unsafe.Add(ref content, position + best)
                ? Common(ref content, start, position)
                : 0;
            if (length > best)
            {
                match = Token.Match(Math.Min(length, ahead), position - start);
                if (length > ahead || length >= Settings.Nice)
                    break;
                best = length;
                if (length > Token.MinimumMatch && start + length < position)
                {
                    if (!ToRarest(ref content, position, start, length, nearest, out candidate, out part))
                        break;
                    continue;
                }
            }
            if (--tries == 0)
                break;
            candidate = Table.Before(candidate);
            if (candidate <= nearest + part)
                break;
        }
        return match;
    }

    /// <summary>Goes on by the part of a match that leads farthest back; false where it leads too far.</summary>
    private bool ToRarest(
        ref byte content, int position, int start, int length, int nearest, out int candidate, out int part)
    {
        (candidate, part) = (start, 0);
        for (var at = 0; at <= length - Token.MinimumMatch; at++)
        {
            ToFarther(ref candidate, ref part, Table.Before(start + at), at);
            if (candidate <= nearest + part)
                return false;
        }
        var last = length - Token.MinimumMatch - 1;
        ToFarther(ref candidate, ref part, Table.LastOf(ref Unsafe.Add(ref content, position + last)), last);
        return candidate > nearest + part;
    }

    private static void ToFarther(ref int candidate, ref int part, int place, int at)
    {
        if (place < candidate)
            (candidate, part) = (place, at);
    }
}
