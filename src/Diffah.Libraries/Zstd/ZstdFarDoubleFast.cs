using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Double fast where what a block may refer to lies in two pieces: a buffer of one window goes round, and what was
/// before its last start lies elsewhere.
/// </summary>
internal sealed unsafe class ZstdFarDoubleFast
{
    private const int Reach = 8;

    // Literals without a match, log2, that make each step a byte longer.
    private const int PatienceLog = 8;

    private byte* _base;
    private byte* _farBase;
    private byte* _end;
    private byte* _last;
    private uint _near;
    private uint _low;
    private ZstdTablePair _tables;
    private uint _first;
    private uint _second;

    /// <summary>Decides a block.</summary>
    /// <returns>The repeat offsets behind it.</returns>
    public ZstdRepeats Match(in ZstdMatchedBlock block, ref ZstdDecisionList found, ZstdRepeats repeats)
    {
        _base = block.Base;
        _farBase = block.FarBase;
        _end = block.Start + block.Length;
        _last = _end - Reach;
        _tables = new ZstdTablePair(in block);
        (_near, _low) = (block.NearStart, block.LowestFor(block.FarStart));
        (_first, _second) = (repeats.First, repeats.Second);
        var at = block.Start;
        while (at < _last)
        {
            var index = Index(at);
            if (!Try(ref found, at, index))
            {
                at += ((at - found.Behind) >> PatienceLog) + 1;
                continue;
            }
            at = found.Behind;
            if (at <= _last)
            {
                Settle(ref found, index + 2);
                at = found.Behind;
            }
        }
        return new ZstdRepeats(_first, _second);
    }

    private bool Try(ref ZstdDecisionList found, byte* at, uint index)
    {
        ref readonly var tables = ref _tables;
        var shortHash = ZstdHashes.OfFew(at, tables.ShortLog, tables.Few);
        var longHash = ZstdHashes.OfEight(at, tables.LongLog);
        var (shortIndex, longIndex) = (tables.Short[shortHash], tables.Long[longHash]);
        tables.Short[shortHash] = tables.Long[longHash] = index;
        if (Repeats(at + 1, _first))
        {
            Repeat(ref found, at + 1, _first);
            return true;
        }
        if (longIndex > _low && ZstdHashes.AreEight(Place(longIndex), at))
        {
            Take(ref found, at, longIndex, 8);
            return true;
        }
        if (shortIndex <= _low || !ZstdHashes.AreFour(Place(shortIndex), at))
            return false;
        var nextHash = ZstdHashes.OfEight(at + 1, tables.LongLog);
        var nextIndex = tables.Long[nextHash];
        tables.Long[nextHash] = index + 1;
        if (nextIndex > _low && ZstdHashes.AreEight(Place(nextIndex), at + 1))
            Take(ref found, at + 1, nextIndex, 8);
        else
            Take(ref found, at, shortIndex, 4);
        return true;
    }

    private void Take(ref ZstdDecisionList found, byte* at, uint index, int known)
    {
        var length = known + Same(at + known, index, known);
        var match = Place(index);
        var low = index < _near ? _farBase + _low : _base + _near;
        var offset = Index(at) - index;
        while (at > found.Behind && match > low && at[-1] == match[-1])
        {
            at--;
            match--;
            length++;
        }
        (_first, _second) = (offset, _first);
        found.Add(at, offset + 3, length);
    }

    private void Settle(ref ZstdDecisionList found, uint searched)
    {
        var at = found.Behind;
        _tables.LearnAround(_base + searched, at);
        while (at <= _last && Repeats(at, _second))
        {
            (_first, _second) = (_second, _first);
            Repeat(ref found, at, _first);
            _tables.Learn(at);
            at = found.Behind;
        }
    }

    // Not where the repeated bytes would begin in the last three of the far piece.
    private bool Repeats(byte* at, uint offset)
    {
        var index = Index(at);
        if (offset > index - _low || _near - 1 - (index - offset) < 3)
            return false;
        return ZstdHashes.AreFour(Place(index - offset), at);
    }

    private void Repeat(ref ZstdDecisionList found, byte* at, uint offset) =>
        found.Add(at, 1, 4 + Same(at + 4, Index(at) - offset, 4));

    // Bytes that are the same, where a match that began in the far piece goes on in the near one.
    private int Same(byte* at, uint index, int known)
    {
        if (index >= _near)
            return ZstdHashes.Same(at, _base + index + known, _end);
        var left = (long)_near - index - known;
        var end = _end - at > left ? at + left : _end;
        var same = ZstdHashes.Same(at, _farBase + index + known, end);
        return same == left ? same + ZstdHashes.Same(at + same, _base + _near, _end) : same;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Place(uint index) => (index < _near ? _farBase : _base) + index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Index(byte* at) => (uint)(at - _base);
}
