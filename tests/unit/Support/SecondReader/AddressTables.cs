namespace Diffah.Tests.Support.SecondReader;

/// <summary>What is learned while a file is made (executables.md, "Learned targets", "Offset tables").</summary>
internal sealed class AddressTables
{
    private const int MostRelocations = 1 << 21;
    private const int MostSlots = 1 << 18;
    private static readonly int[] Granules = [5, 9, 14];

    private readonly ExecutableLayout _layout;
    private readonly PlaceMap _map;
    private readonly byte[] _old;
    private readonly FieldRange? _oldTable;
    private readonly int _bits = 8;
    private readonly Dictionary<int, (ulong Old, ulong New)> _targets = [];
    private readonly Dictionary<(int Granule, ulong Place), (ulong Key, long Shift)> _shifts = [];
    private readonly Dictionary<ulong, ulong> _addends = [];
    private readonly Dictionary<ulong, ulong> _slots = [];
    private readonly Queue<(long From, ulong Old, ulong New)> _pending = new();
    private readonly CodedSlots? _coded;
    private readonly Dictionary<long, ulong> _moved = [];
    private long _shown;
    private long _relocations;
    private ulong _lastPlace;
    private bool _hasPlace;

    public AddressTables(ExecutableLayout layout, PlaceMap map, byte[] old, long newLength)
    {
        (_layout, _map, _old) = (layout, map, old);
        while (_bits < 18 && 1L << (_bits + 5) < newLength)
            _bits++;
        var first = layout.Ranges.Where(r => r.Kind == 7).Cast<FieldRange?>().FirstOrDefault();
        if (layout.NewTable is { } table && first is { } range && Whole(layout.Old, range.Start, range.Length)
            && Whole(layout.New, table.Start, table.Length))
            _oldTable = range;
        _coded = NewCodedSlots();
        _relocations = layout.Relocations.Start;
    }

    /// <summary>Whether an address lies in the old offset table.</summary>
    public bool IsInOldTable(ulong address) =>
        _oldTable is { } table && _map.OldPlace(address) is { } place && place >= table.Start && place < table.End;

    /// <summary>The addend of the new file's relocation of an address.</summary>
    public ulong? Addend(ulong address) =>
        _oldTable is not null && _addends.TryGetValue(address, out var addend) ? addend : null;

    public ulong? Find(ulong address)
    {
        if (_targets.TryGetValue(Slot(address), out var learned) && learned.Old == address)
            return learned.New;
        if (IsInOldTable(address))
            return InTable(address);
        if (_map.IsInImage(address) && _map.OldPlace(address) is null)
        {
            for (var granule = 0; granule < Granules.Length; granule++)
            {
                var key = address >> Granules[granule];
                if (_shifts.TryGetValue((granule, key & 4095), out var shift) && shift.Key == key)
                    return address + (ulong)shift.Shift;
            }
        }
        return _map.Address(address);
    }

    public ulong? FindPlace(ulong address) =>
        IsInOldTable(address) ? SameDistance(address) : Find(address);

    /// <summary>A field's real target is known; it counts from a place on.</summary>
    public void Learn(long from, ulong old, ulong target) => _pending.Enqueue((from, old, target));

    /// <summary>What is learned up to a place counts.</summary>
    public void Advance(byte[] made, long place)
    {
        // Each multiple of 256 shows what is learned up to it.
        for (; _shown <= place; _shown += 256)
        {
            ReadRelocations(made, _shown);
            while (_pending.TryPeek(out var next) && next.From <= _shown)
            {
                _pending.Dequeue();
                Remember(next.Old, next.New);
            }
        }
    }

    /// <summary>What decodes relocations, from the first; null where they are not coded.</summary>
    public CodedSlots? NewCodedSlots()
    {
        if (!_layout.HasCodedSlots)
            return null;
        const int most = MostSlots * 8;
        return _oldTable is { } table && table.Length <= most && _layout.NewTable!.Value.Length <= most
            ? new CodedSlots(_old, table, _map, IsInNewTable)
            : throw new InvalidDataException("slots are coded of tables that are not there, or too long");
    }

    /// <summary>Whether a relocation of the old file is one of its table, and such are coded.</summary>
    public bool IsCoded(long record) => _coded is not null
        && PatchCursor.Little(_old.AsSpan((int)record + 8, 8)) is 8 or 1027
        && IsInOldTable(PatchCursor.Little(_old.AsSpan((int)record, 8)));

    private bool IsInNewTable(ulong address) => _layout.New.Where(s => s.HasAddress(address))
        .Any(s => _layout.NewTable!.Value.Has(s.Offset + (long)(address - (ulong)s.Address)));

    private void ReadRelocations(byte[] made, long place)
    {
        var records = _layout.Relocations;
        while (_oldTable is not null && _relocations + 24 <= records.Start + records.Length
            && (_relocations + 24 + 255) / 256 * 256 <= place)
        {
            var record = made[(int)_relocations..((int)_relocations + 24)];
            if (_coded?.Decode(record) is { } slot)
                _moved[slot] = PatchCursor.Little(record.AsSpan(0, 8));
            ReadRelocation(record);
            _relocations += 24;
        }
    }

    private void Remember(ulong old, ulong target)
    {
        if (_map.Address(old) is not { } expected || _map.NewSegment(expected) is not (>= 0 and var segment)
            || _map.NewSegment(target) != segment)
            return;
        if (_coded is not null && IsInOldTable(old))
            expected = _moved.TryGetValue(_map.OldPlace(old)!.Value, out var moved) ? moved : SameDistance(old) ?? 0;
        var slot = Slot(old);
        if (target != expected || (_targets.TryGetValue(slot, out var there) && there.Old == old))
            _targets[slot] = (old, target);
        if (_map.OldPlace(old) is not null)
            return;
        for (var granule = 0; granule < Granules.Length; granule++)
        {
            var key = old >> Granules[granule];
            _shifts[(granule, key & 4095)] = (key, (long)(target - old));
        }
    }

    private void ReadRelocation(ReadOnlySpan<byte> record)
    {
        var (place, kind, addend) = (PatchCursor.Little(record[..8]), PatchCursor.Little(record[8..16]),
            PatchCursor.Little(record[16..]));
        if (kind is not 8 and not 1027 || (_hasPlace && place <= _lastPlace) || _addends.Count == MostRelocations)
            return;
        (_lastPlace, _hasPlace) = (place, true);
        _addends[place] = addend;
        var table = _layout.NewTable!.Value;
        foreach (var segment in _layout.New.Where(s => s.HasAddress(place)))
        {
            var at = segment.Offset + (long)(place - (ulong)segment.Address);
            if (table.Has(at) && _slots.Count < MostSlots)
                _slots.TryAdd(addend, place);
        }
    }

    private ulong? InTable(ulong address)
    {
        var place = _map.OldPlace(address)!.Value;
        if (_moved.TryGetValue(place, out var moved))
            return moved;
        if (place + 8 <= _old.Length)
        {
            var value = PatchCursor.Little(_old.AsSpan((int)place, 8));
            var target = _targets.TryGetValue(Slot(value), out var learned) && learned.Old == value
                ? learned.New
                : _map.Address(value);
            if (target is { } known && _slots.TryGetValue(known, out var slot))
                return slot;
        }
        return SameDistance(address);
    }

    private ulong? SameDistance(ulong address) => _map.NewAddress(
        _layout.NewTable!.Value.Start + _map.OldPlace(address)!.Value - _oldTable!.Value.Start);

    private int Slot(ulong address) => (int)(unchecked(address * 0x9E3779B97F4A7C15) >> (64 - _bits));

    private static bool Whole(Segment[] segments, long start, long length) =>
        segments.Any(s => start >= s.Offset && start + length <= s.Offset + s.Length);
}
