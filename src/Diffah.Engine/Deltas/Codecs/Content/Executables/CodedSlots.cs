using System.Buffers.Binary;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// The relocations of the new offset table as they are coded: which old slot each slot is, in place of an address. The
/// record behind one of the table has the distance of its place from where the next slot is.
/// </summary>
internal sealed class CodedSlots
{
    /// <summary>Of a longer table no slots are coded.</summary>
    public const int MostSlots = 1 << 18;

    /// <summary>The number of a slot that is none of the old ones.</summary>
    public const int NoSlot = -1;

    private const int SlotLength = sizeof(long);

    private readonly OffsetTable _table;
    private readonly int[] _slots;
    private readonly long[] _targets;
    private bool _isBehindSlot;
    private long _place;
    private long _addend;
    private int _count;

    /// <param name="layout">The layout; it has both tables.</param>
    /// <param name="old">The old file.</param>
    /// <param name="map">Where addresses go by the operations.</param>
    public CodedSlots(ExecutableLayout layout, ReadOnlySpan<byte> old, AddressMap map)
    {
        _table = new(layout.NewGotAddress, layout.NewGot.Length);
        var (slots, targets) = (new List<int>(), new List<long>());
        for (var at = layout.OldGot.Start; at <= layout.OldGot.End - SlotLength; at += SlotLength)
        {
            var content = BinaryPrimitives.ReadInt64LittleEndian(old[at..]);
            if (!TableProjection.IsPointer(map, content) || !map.TryMap(content, out var target))
                continue;
            slots.Add((at - layout.OldGot.Start) / SlotLength);
            targets.Add(target);
        }
        (_slots, _targets) = ([.. slots], [.. targets]);
        Order = new(_targets);
    }

    /// <summary>As above; the map is that of the operations.</summary>
    public static CodedSlots Create(
        ExecutableLayout layout, ReadOnlySpan<byte> old, IReadOnlyList<PatchOp> ops, int newLength) =>
        new(layout, old, new AddressMap(layout, IntervalMap.Create(ops, old.Length), newLength));

    /// <summary>The order of the old slots whose targets are known.</summary>
    public SlotOrder Order { get; }

    /// <summary>The slots whose targets are known, ascending.</summary>
    public ReadOnlySpan<int> Slots => _slots;

    /// <summary>Where what they address goes.</summary>
    public ReadOnlySpan<long> Targets => _targets;

    /// <summary>Makes a record, the next one, of what it is coded as.</summary>
    /// <returns>Which slot of the old table became this one; −1 where there is none.</returns>
    public int Decode(Span<byte> record)
    {
        if (_isBehindSlot)
            Relocation.SetPlace(record, unchecked(Relocation.PlaceOf(record) + _place + SlotLength));
        var slot = NoSlot;
        if (_table.Has(record))
        {
            slot = SlotOf(Relocation.NumberOf(record), out var target);
            Relocation.SetAddend(record, unchecked(target + Relocation.DistanceOf(record)));
        }
        GoOn(record);
        return slot < 0 ? slot : _slots[slot];
    }

    /// <summary>Makes all that follow, in their place.</summary>
    /// <param name="records">The records; what is behind the last whole one stays.</param>
    public void DecodeAll(Span<byte> records)
    {
        for (; records.Length >= Relocation.Length; records = records[Relocation.Length..])
            Decode(records);
    }

    /// <summary>Codes a record, the next one, by an old slot.</summary>
    /// <param name="record">The record; takes what it is coded as.</param>
    /// <param name="slot">Where it is in <see cref="Targets"/>; or <see cref="NoSlot"/>.</param>
    /// <returns>False where the target is too far from that of the slot.</returns>
    public bool TryEncode(Span<byte> record, int slot)
    {
        var place = _place;
        var wasBehindSlot = _isBehindSlot;
        var isOfTable = _table.Has(record);
        var distance = unchecked(Relocation.AddendOf(record) - (slot < 0 ? _addend : _targets[slot]));
        GoOn(record);
        if (wasBehindSlot)
            Relocation.SetPlace(record, unchecked(_place - place - SlotLength));
        if (!isOfTable)
            return true;
        Relocation.SetCode(record, slot < 0 ? NoSlot : Order.NumberOf(slot), unchecked((int)distance));
        if (slot >= 0)
            Order.Use(slot);
        return distance == (int)distance;
    }

    /// <summary>Which slot of the new table a record is for; a negative number for none.</summary>
    public int NewSlotOf(ReadOnlySpan<byte> record) => _table.Has(record)
        ? (int)((Relocation.PlaceOf(record) - _table.Address) / SlotLength) : NoSlot;

    private int SlotOf(int number, out long target)
    {
        // A table has no more; what is looked for in vain takes time.
        var slot = _count++ < MostSlots ? Order.SlotOf(number) : NoSlot;
        target = slot < 0 ? _addend : _targets[slot];
        if (slot >= 0)
            Order.Use(slot);
        return slot;
    }

    private void GoOn(ReadOnlySpan<byte> record)
    {
        _isBehindSlot = _table.Has(record);
        _place = Relocation.PlaceOf(record);
        if (_isBehindSlot)
            _addend = Relocation.AddendOf(record);
    }
}
