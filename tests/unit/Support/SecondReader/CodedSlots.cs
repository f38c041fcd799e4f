namespace Diffah.Tests.Support.SecondReader;

/// <summary>Relocations of an offset table as they are coded (executables.md, "Coded slots").</summary>
internal sealed class CodedSlots
{
    private const int RecordLength = 24;
    private const int FirstRank = 64;
    private const int Window = 128;
    private const int Beside = 8;
    private const int MostSlots = 1 << 18;

    private readonly Func<ulong, bool> _isInNewTable;
    private readonly List<(long Place, long Target)> _slots = [];
    private readonly List<int> _byTarget;
    private readonly int[] _fates;
    private readonly bool[] _isUsed;
    private int _next;
    private int? _jump;
    private int _count;
    private bool _isBehind;
    private ulong _lastPlace;
    private ulong _lastAddend;

    /// <param name="old">The old file.</param>
    /// <param name="table">The old table.</param>
    /// <param name="map">Where addresses go.</param>
    /// <param name="isInNewTable">Whether an address is in the new table.</param>
    public CodedSlots(byte[] old, FieldRange table, PlaceMap map, Func<ulong, bool> isInNewTable)
    {
        _isInNewTable = isInNewTable;
        for (var at = table.Start; at + 8 <= table.End; at += 8)
        {
            var value = PatchCursor.Little(old.AsSpan((int)at, 8));
            if (value >= 0x200 && map.IsInImage(value) && map.Address(value) is { } target)
                _slots.Add((at, (long)target));
        }
        _byTarget = [.. Enumerable.Range(0, _slots.Count).OrderBy(s => _slots[s].Target)];
        (_fates, _isUsed) = (new int[_slots.Count], new bool[_slots.Count]);
    }

    /// <summary>Puts what a record was in the place of what it is coded as.</summary>
    /// <returns>Where the old slot is that was used; null for none.</returns>
    public long? Decode(Span<byte> record)
    {
        if (_isBehind)
            BitConverter.TryWriteBytes(record, unchecked(PatchCursor.Little(record[..8]) + _lastPlace + 8));
        _lastPlace = PatchCursor.Little(record[..8]);
        _isBehind = PatchCursor.Little(record[8..16]) is 8 or 1027 && _isInNewTable(_lastPlace);
        if (!_isBehind)
            return null;
        var (number, distance) = (BitConverter.ToInt32(record[16..]), BitConverter.ToInt32(record[20..]));
        var slot = _count++ < MostSlots ? SlotOf(number) : null;
        var from = slot is { } known ? (ulong)_slots[known].Target : _lastAddend;
        _lastAddend = unchecked(from + (ulong)distance);
        BitConverter.TryWriteBytes(record[16..], _lastAddend);
        if (slot is not { } used)
            return null;
        Use(used);
        return _slots[used].Place;
    }

    /// <summary>Puts all records of a file right.</summary>
    public void DecodeAll(Span<byte> records)
    {
        for (; records.Length >= RecordLength; records = records[RecordLength..])
            Decode(records[..RecordLength]);
    }

    private int? SlotOf(int number)
    {
        var candidates = number >= FirstRank
            ? Enumerable.Range(0, _slots.Count).Where(s => !_isUsed[s]).Skip(number - FirstRank)
            : Enumerable.Range(_next, Math.Max(0, Math.Min(Window, _slots.Count - _next)))
                .Where(s => !_isUsed[s] && IsLikely(s)).Skip(number);
        return number < 0 ? null : candidates.Cast<int?>().FirstOrDefault();
    }

    private bool IsLikely(int slot)
    {
        var place = _byTarget.IndexOf(slot);
        return Fate(place, -1) + Fate(place, 1) >= 0;
    }

    private int Fate(int place, int step) => Enumerable.Range(1, Beside).Select(i => place + i * step)
        .Where(p => p >= 0 && p < _byTarget.Count).Select(p => _fates[_byTarget[p]]).FirstOrDefault(f => f != 0);

    private void Use(int slot)
    {
        var isNext = slot >= _next && slot < _next + Window;
        if (isNext)
        {
            for (var passed = _next; passed < slot; passed++)
                _fates[passed] = _fates[passed] == 0 ? -1 : _fates[passed];
        }
        if (isNext || (slot >= _jump && slot < _jump + 64))
            (_fates[slot], _next, _jump) = (1, slot + 1, null);
        else
            (_fates[slot], _jump) = (-1, slot + 1);
        _isUsed[slot] = true;
    }
}
