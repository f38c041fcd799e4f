namespace Diffah.Libraries.Zstd;

/// <summary>Double fast where all that a block may refer to lies before it in one piece.</summary>
internal sealed unsafe class ZstdNearDoubleFast
{
    // So many bytes without a match, and the steps become one byte longer.
    private const int Patience = 256;

    // What reads 8 bytes reads none behind the block.
    private const int Reach = 8;

    private byte* _base;
    private byte* _end;
    private byte* _last;
    private byte* _low;
    private uint _lowIndex;
    private ZstdTablePair _tables;
    private uint _first;
    private uint _second;
    private byte* _at;
    private uint _searched;

    /// <summary>Decides a block.</summary>
    /// <returns>The repeat offsets behind it.</returns>
    public ZstdRepeats Match(in ZstdMatchedBlock block, ref ZstdDecisionList found, ZstdRepeats repeats)
    {
        _base = block.Base;
        _end = block.Start + block.Length;
        _last = _end - Reach;
        _tables = new ZstdTablePair(in block);
        _lowIndex = block.LowestFor(block.NearStart);
        _low = _base + _lowIndex;
        _at = block.Start == _low ? block.Start + 1 : block.Start;
        // Offsets that reach too far are out of use in this block, and come back behind it.
        var current = (uint)(_at - _base);
        var reachable = current - block.LowestFor(block.NearStart, current);
        var (firstKept, secondKept) = (0u, 0u);
        (_first, _second) = (repeats.First, repeats.Second);
        if (_second > reachable)
            (secondKept, _second) = (_second, 0);
        if (_first > reachable)
            (firstKept, _first) = (_first, 0);
        while (Search(ref found))
        {
            if (_at <= _last)
                Settle(ref found);
        }
        if (firstKept != 0 && _first != 0)
            secondKept = firstKept;
        return new ZstdRepeats(_first != 0 ? _first : firstKept, _second != 0 ? _second : secondKept);
    }

    // Finds the next match. Two positions are in view at a time: a match of 8 bytes at the second beats one of few at
    // the first.
    private bool Search(ref ZstdDecisionList found)
    {
        var at = _at;
        var last = _last;
        var from = _base;
        var longs = _tables.Long;
        var shorts = _tables.Short;
        var (longLog, shortLog, few) = (_tables.LongLog, _tables.ShortLog, _tables.Few);
        var (low, first) = (_lowIndex, _first);
        var step = 1;
        var patient = at + Patience;
        var next = at + 1;
        if (next > last)
            return false;
        var longHash = ZstdHashes.OfEight(at, longLog);
        var longIndex = longs[longHash];
        do
        {
            var shortHash = ZstdHashes.OfFew(at, shortLog, few);
            var shortIndex = shorts[shortHash];
            var index = (uint)(at - from);
            longs[longHash] = shorts[shortHash] = index;
            if (first > 0 && ZstdHashes.AreFour(at + 1 - first, at + 1))
            {
                _searched = index;
                Repeat(ref found, at + 1, first);
                return true;
            }
            var nextHash = ZstdHashes.OfEight(next, longLog);
            var isLong = longIndex > low && ZstdHashes.AreEight(from + longIndex, at);
            var nextIndex = longs[nextHash];
            if (isLong || (shortIndex > low && ZstdHashes.AreFour(from + shortIndex, at)))
            {
                _searched = index;
                // Further apart, the second position may lie behind the match.
                if (step < 4)
                    longs[nextHash] = (uint)(next - from);
                if (isLong)
                    Take(ref found, at, from + longIndex, 8);
                else if (nextIndex > low && ZstdHashes.AreEight(from + nextIndex, next))
                    Take(ref found, next, from + nextIndex, 8);
                else
                    Take(ref found, at, from + shortIndex, 4);
                return true;
            }
            if (next >= patient)
            {
                step++;
                patient += Patience;
            }
            at = next;
            next += step;
            longHash = nextHash;
            longIndex = nextIndex;
        }
        while (next <= last);
        return false;
    }

    private void Take(ref ZstdDecisionList found, byte* at, byte* match, int known)
    {
        var length = known + ZstdHashes.Same(at + known, match + known, _end);
        while (at > found.Behind && match > _low && at[-1] == match[-1])
        {
            at--;
            match--;
            length++;
        }
        var offset = (uint)(at - match);
        (_first, _second) = (offset, _first);
        found.Add(at, offset + 3, length);
        _at = at + length;
    }

    // Both tables learn of the match's surroundings; then come matches without literals before them.
    private void Settle(ref ZstdDecisionList found)
    {
        _tables.LearnAround(_base + _searched + 2, _at);
        while (_at <= _last && _second > 0 && ZstdHashes.AreFour(_at, _at - _second))
        {
            (_first, _second) = (_second, _first);
            _tables.Learn(_at);
            Repeat(ref found, _at, _first);
        }
    }

    private void Repeat(ref ZstdDecisionList found, byte* at, uint offset)
    {
        var length = 4 + ZstdHashes.Same(at + 4, at + 4 - offset, _end);
        found.Add(at, 1, length);
        _at = at + length;
    }
}
