using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Where an address of the old file lies in the new one.</summary>
internal sealed class AddressMap(ExecutableLayout layout, IntervalMap intervals, int newLength)
{
    private readonly SegmentTable _old = layout.OldSegments;
    private readonly SegmentTable _new = layout.NewSegments;
    private readonly FileSpan _oldGot = layout.OldGot;
    private readonly long _oldGotAddress = layout.OldGotAddress;
    private readonly long _newGotAddress = layout.NewGotAddress;
    private readonly LearnedTargets _learned = new(newLength);
    private readonly LearnedShifts _near = new();

    public NewRelocations? Relocations { get; } = layout.NewRelocations.IsEmpty ? null
        : new(layout.NewRelocations, layout.NewGotAddress, layout.NewGot.Length);

    public IntervalMap Intervals => intervals;

    /// <summary>Relocations of the offset table are told as <see cref="CodedSlots"/>.</summary>
    public bool HasCodedSlots => layout.HasCodedSlots;

    /// <summary>The offset table of the old file.</summary>
    public OffsetTable OldTable { get; } = new(layout.OldGotAddress, layout.OldGot.Length);

    public bool HasAddress(long address) => _old.IndexOfAddress(address) >= 0;

    /// <summary>By the operations alone.</summary>
    public bool TryMap(long address, out long mapped)
    {
        mapped = 0;
        var index = _old.IndexOfAddress(address);
        if (index < 0)
            return false;
        var segment = _old[index];
        var distance = address - segment.Address;
        if (distance >= segment.FileSize)
            return TryMapBeyondFile(index, segment.AddressEnd - address, out mapped);
        var offset = intervals.Map(segment.Offset + (int)distance);
        var target = offset < 0 ? -1 : _new.IndexOfOffset(offset);
        if (target < 0)
            return false;
        mapped = _new[target].Address + (offset - _new[target].Offset);
        return true;
    }

    /// <summary>By what was learned, or else by its slot in the offset table, or else by the operations.</summary>
    public bool TryFind(ReadOnlySpan<byte> old, long address, out long found)
    {
        if (_learned.TryGet(address, out found))
            return true;
        return IsInGot(address) ? TryFindSlot(old, address, out found) : TryFindUnlearned(address, out found);
    }

    /// <summary>As <see cref="TryFind"/>, of where a relocation applies: a slot keeps its place in its table.</summary>
    public bool TryFindPlace(long address, out long found)
    {
        if (!IsInGot(address))
            return _learned.TryGet(address, out found) || TryFindUnlearned(address, out found);
        found = _newGotAddress + (address - _oldGotAddress);
        return true;
    }

    public bool IsInGot(long address) => (ulong)(address - _oldGotAddress) < (ulong)_oldGot.Length;

    /// <summary>A field that is decoded has this target.</summary>
    public void Learn(long address, long target)
    {
        if (!TryMap(address, out var mapped) || !IsInSameSegment(mapped, target))
            return;
        if (HasCodedSlots && IsInGot(address))
            mapped = SlotBefore(address);
        _learned.Learn(address, mapped, target);
        if (!HasBytes(address))
            _near.Learn(address, target - address);
    }

    /// <summary>An address without bytes in the file moves as its neighbours do, as far as they are learned.</summary>
    private bool TryFindUnlearned(long address, out long found)
    {
        if (!HasBytes(address) && _near.TryGet(address, out var shift))
        {
            found = address + shift;
            return true;
        }
        return TryMap(address, out found);
    }

    private bool HasBytes(long address)
    {
        var index = _old.IndexOfAddress(address);
        return index < 0 || address - _old[index].Address < _old[index].FileSize;
    }

    private bool IsInSameSegment(long mapped, long target)
    {
        var index = _new.IndexOfAddress(mapped);
        return index >= 0 && index == _new.IndexOfAddress(target);
    }

    /// <summary>What has no bytes in the file keeps its distance to the end of the segment.</summary>
    private bool TryMapBeyondFile(int index, long distance, out long mapped)
    {
        mapped = index < _new.Count ? _new[index].AddressEnd - distance : 0;
        return index < _new.Count && distance <= _new[index].MemorySize;
    }

    /// <summary>Where a slot of the offset table goes, but for what was learned.</summary>
    private long SlotBefore(long address) =>
        TryFindMoved(address, out var found) ? found : _newGotAddress + (address - _oldGotAddress);

    private bool TryFindMoved(long address, out long found)
    {
        var distance = address - _oldGotAddress;
        found = 0;
        return distance % sizeof(long) == 0 && distance <= _oldGot.Length - sizeof(long)
            && Relocations!.TryGetMoved((int)(distance / sizeof(long)), out found);
    }

    private bool TryFindSlot(ReadOnlySpan<byte> old, long address, out long found)
    {
        var offset = _oldGot.Start + (int)(address - _oldGotAddress);
        if (Relocations is not null && offset <= _oldGot.End - sizeof(long))
        {
            if (TryFindMoved(address, out found))
                return true;
            var content = BinaryPrimitives.ReadInt64LittleEndian(old[offset..]);
            if ((_learned.TryGet(content, out var target) || TryMap(content, out target))
                && Relocations.TryGetSlot(target, out found))
                return true;
        }
        return TryFindPlace(address, out found);
    }
}
