namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// The relocations of the new file that give a place the address of something in the same file, as they are decoded.
/// They say what stands in pointers that are decoded later, and which slot of the offset table holds which address.
/// </summary>
internal sealed class NewRelocations(FileSpan range, long gotAddress, int gotLength)
{
    private const int MostRecords = 1 << 21;
    private const int MostSlots = 1 << 18;

    private readonly byte[] _record = new byte[Relocation.Length];
    private readonly Dictionary<long, long> _slots = [];
    private readonly List<(int Old, long New)> _moves = [];
    private CodedSlots? _coded;
    private long[]? _newSlots;
    private long[] _places = new long[256];
    private long[] _addends = new long[256];
    private int _count;
    private int _visible;

    /// <summary>What is taken from now on is coded.</summary>
    /// <param name="coded">What it is coded by; null for what is taken as it is.</param>
    /// <param name="oldSlots">How many slots the old offset table has.</param>
    public void Use(CodedSlots? coded, int oldSlots)
    {
        _coded = coded;
        _newSlots = coded is null ? null : new long[oldSlots];
    }

    /// <summary>New bytes, in order. What they say is heeded from the next <see cref="Show"/> on.</summary>
    public void Take(int position, ReadOnlySpan<byte> bytes)
    {
        var from = Math.Max(position, range.Start);
        var to = Math.Min(position + bytes.Length, range.End);
        while (from < to)
        {
            var within = (from - range.Start) % Relocation.Length;
            var count = Math.Min(Relocation.Length - within, to - from);
            bytes.Slice(from - position, count).CopyTo(_record.AsSpan(within));
            from += count;
            if (within + count == Relocation.Length)
                Decode();
        }
    }

    public void Show()
    {
        foreach (var (old, place) in _moves)
            _newSlots![old] = place;
        _moves.Clear();
        for (; _visible < _count; _visible++)
        {
            if ((ulong)(_places[_visible] - gotAddress) < (ulong)gotLength && _slots.Count < MostSlots)
                _slots.TryAdd(_addends[_visible], _places[_visible]);
        }
    }

    public bool TryGetAddend(long place, out long addend)
    {
        var index = Array.BinarySearch(_places, 0, _visible, place);
        addend = index < 0 ? 0 : _addends[index];
        return index >= 0;
    }

    /// <summary>The slot of the offset table that holds an address.</summary>
    public bool TryGetSlot(long address, out long slot) => _slots.TryGetValue(address, out slot);

    /// <summary>The slot that a slot of the old table became, if that was said.</summary>
    /// <param name="oldSlot">Which slot of the old table it is.</param>
    /// <param name="slot">The address of the new one.</param>
    public bool TryGetMoved(int oldSlot, out long slot)
    {
        slot = _newSlots is null ? 0 : _newSlots[oldSlot];
        return slot != 0;
    }

    private void Decode()
    {
        var old = _coded?.Decode(_record) ?? CodedSlots.NoSlot;
        if (old >= 0)
            _moves.Add((old, Relocation.PlaceOf(_record)));
        Add();
    }

    /// <summary>Linkers write them in order of their places; one that is out of order is not kept.</summary>
    private void Add()
    {
        var place = Relocation.PlaceOf(_record);
        if (!Relocation.IsRelative(_record) || _count == MostRecords
            || (_count > 0 && place <= _places[_count - 1]))
            return;
        if (_count == _places.Length)
        {
            Array.Resize(ref _places, 2 * _count);
            Array.Resize(ref _addends, 2 * _count);
        }
        _places[_count] = place;
        _addends[_count++] = Relocation.AddendOf(_record);
    }
}
