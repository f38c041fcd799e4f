using System.Numerics;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// How zstd 1.5.1 to 1.5.4 finds matches at the levels that look at rows of positions, and at one or two more places
/// before they take a match (its strategies greedy, lazy and lazy2). Of the built-in library all is the same but this.
/// </summary>
internal sealed unsafe class ZstdRowLazy : IZstdMatcher
{
    private const int PatienceLog = 8;
    private const int MostFound = 64;
    private const int Shortest = 4;

    // What stands beyond the last position that is searched: 8 bytes that a hash takes, and 8 hashes ahead.
    private const int Reach = 16;

    // The lazy strategies are the greedy one and those behind it.
    private const int Greedy = 3;
    private const int HashReach = 8;

    private readonly uint[] _found = new uint[MostFound];
    private ZstdRows? _rows;
    private ZstdRepeats _repeats = ZstdRepeats.OfFrame;
    private ZstdRepeats _ofLastBlock = ZstdRepeats.OfFrame;
    private uint _overlap;
    private byte* _base;
    private byte* _farBase;
    private byte* _end;
    private byte* _last;
    private uint _near;
    private uint _low;
    private uint _window;
    private uint* _next;
    private uint _first;
    private uint _second;
    private bool _isFar;

    /// <inheritdoc/>
    public void Begin(ZstdRepeats repeats, int overlap)
    {
        _repeats = _ofLastBlock = repeats;
        _overlap = (uint)overlap;
        _rows = null;
    }

    /// <inheritdoc/>
    public int Match(in ZstdMatchedBlock block, ZstdDecision* sequences, int capacity)
    {
        if (block.IsPreviousCompressed)
            _repeats = _ofLastBlock;
        var found = new ZstdDecisionList(sequences, capacity, block.Start);
        Use(in block);
        _ofLastBlock = MatchAll(block.Start, block.Strategy - Greedy, ref found);
        return found.End(_end);
    }

    private void Use(in ZstdMatchedBlock block)
    {
        _base = block.Base;
        _farBase = block.FarBase;
        _end = block.Start + block.Length;
        _last = _end - Reach;
        (_near, _low) = (block.NearStart, block.FarStart);
        _isFar = _low < _near;
        _window = 1u << block.WindowLog;
        _next = block.NextToUpdate;
        if (_rows is not null)
            return;
        _rows = new ZstdRows(block.FirstLog, block.SearchLog, block.MinimumMatch);
        var start = Index(block.Start);
        if (_overlap > HashReach)
            _rows.EnterAll(_base, start - _overlap, start - HashReach);
    }

    private ZstdRepeats MatchAll(byte* at, int depth, ref ZstdDecisionList found)
    {
        (_first, _second) = (_repeats.First, _repeats.Second);
        var (firstKept, secondKept) = (0u, 0u);
        if (at == _base + _near)
            at++;
        if (!_isFar)
        {
            var reachable = Index(at) - Lowest(Index(at));
            if (_second > reachable)
                (secondKept, _second) = (_second, 0);
            if (_first > reachable)
                (firstKept, _first) = (_first, 0);
        }
        while (at < _last)
        {
            var best = Choose(at, depth);
            if (best.Length < Shortest)
            {
                at += ((at - found.Behind) >> PatienceLog) + 1;
                continue;
            }
            Take(best, ref found);
            TakeRepeats(ref found);
            at = found.Behind;
        }
        if (_isFar)
            return new ZstdRepeats(_first, _second);
        if (firstKept != 0 && _first != 0)
            secondKept = firstKept;
        return new ZstdRepeats(_first != 0 ? _first : firstKept, _second != 0 ? _second : secondKept);
    }

    private Choice Choose(byte* at, int depth)
    {
        var best = new Choice(at + 1, 1, RepeatAt(at + 1, _first));
        if (depth == 0 && best.Length > 0)
            return best;
        var candidate = Search(at);
        if (candidate.Length > best.Length)
            best = candidate;
        if (best.Length < Shortest || depth == 0)
            return best;
        while (at < _last)
        {
            at++;
            if (Improve(ref best, at, 3, 4))
                continue;
            if (depth < 2 || at >= _last)
                break;
            at++;
            if (!Improve(ref best, at, 4, 7))
                break;
        }
        return best;
    }

    // Whether a match by search is so much better that another place is worth a look.
    private bool Improve(ref Choice best, byte* at, int repeatWeight, int handicap)
    {
        var repeat = RepeatAt(at, _first);
        if (repeat >= Shortest
            && repeat * repeatWeight > best.Length * repeatWeight - BitOperations.Log2(best.Value) + 1)
            best = new Choice(at, 1, repeat);
        var candidate = Search(at);
        if (candidate.Length < Shortest
            || candidate.Length * 4 - BitOperations.Log2(candidate.Value)
                <= best.Length * 4 - BitOperations.Log2(best.Value) + handicap)
            return false;
        best = candidate;
        return true;
    }

    private Choice Search(byte* at)
    {
        var index = Index(at);
        _rows!.EnterUpTo(_base, *_next, index);
        var count = _rows.Find(at, index, Lowest(index), _found);
        *_next = index + 1;
        var best = new Choice(at, 1, Shortest - 1);
        for (var i = 0; i < count; i++)
        {
            var position = _found[i];
            var isWorth = position >= _near
                ? ZstdHashes.AreFour(_base + position + best.Length - 3, at + best.Length - 3)
                : ZstdHashes.AreFour(_farBase + position, at);
            var length = isWorth ? Same(at, position) : 0;
            if (length <= best.Length)
                continue;
            best = new Choice(at, index - position + 3, length);
            if (at + length == _end)
                break;
        }
        return best;
    }

    private void Take(Choice choice, ref ZstdDecisionList found)
    {
        var start = choice.At;
        var length = choice.Length;
        if (choice.Value > 3)
        {
            var offset = choice.Value - 3;
            var index = Index(start) - offset;
            var match = (index < _near ? _farBase : _base) + index;
            var low = index < _near ? _farBase + _low : _base + _near;
            while (start > found.Behind && match > low && start[-1] == match[-1])
            {
                start--;
                match--;
                length++;
            }
            (_first, _second) = (offset, _first);
        }
        found.Add(start, choice.Value, length);
    }

    private void TakeRepeats(ref ZstdDecisionList found)
    {
        while (found.Behind <= _last)
        {
            var length = RepeatAt(found.Behind, _second);
            if (length == 0)
                return;
            (_first, _second) = (_second, _first);
            found.Add(found.Behind, 1, length);
        }
    }

    private int RepeatAt(byte* at, uint offset)
    {
        var index = Index(at);
        var position = index - offset;
        if (!_isFar)
            return offset > 0 && ZstdHashes.AreFour(at, at - offset) ? Same(at, position) : 0;
        // Not where the repeated bytes would begin in the last three of the far piece.
        if (offset > index - Lowest(index) || _near - 1 - position < 3)
            return 0;
        var match = (position < _near ? _farBase : _base) + position;
        return ZstdHashes.AreFour(at, match) ? Same(at, position) : 0;
    }

    private int Same(byte* at, uint position)
    {
        if (position >= _near)
            return ZstdHashes.Same(at, _base + position, _end);
        var left = (long)_near - position;
        var end = _end - at > left ? at + left : _end;
        var same = ZstdHashes.Same(at, _farBase + position, end);
        return same == left ? same + ZstdHashes.Same(at + same, _base + _near, _end) : same;
    }

    private uint Lowest(uint index) => index - _low > _window ? index - _window : _low;

    private uint Index(byte* at) => (uint)(at - _base);

    private readonly struct Choice(byte* at, uint value, int length)
    {
        public byte* At { get; } = at;

        public uint Value { get; } = value;

        public int Length { get; } = length;
    }
}
