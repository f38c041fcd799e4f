using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// The relocations of the new file that give a place the address of something in the same file, as they are decoded.
/// They say what stands in pointers that are decoded later, and which slot of the offset table holds which address.
/// </summary>
internal sealed class NewRelocations(FileSpan range, long gotAddress, int gotLength)
{
    public const int RecordLength = 24;

    private const int MostRecords = 1 << 21;
    private const int MostSlots = 1 << 18;
    private const uint RelativeX64 = 8;
    private const uint RelativeArm64 = 1027;

    private readonly byte[] _record = new byte[RecordLength];
    private readonly Dictionary<long, long> _slots = [];
    private long[] _places = new long[256];
    private long[] _addends = new long[256];
    private int _count;
    private int _visible;

    /// <summary>New bytes, in order. What they say is heeded from the next <see cref="Show"/> on.</summary>
    public void Take(int position, ReadOnlySpan<byte> bytes)
    {
        var from = Math.Max(position, range.Start);
        var to = Math.Min(position + bytes.Length, range.End);
        while (from < to)
        {
            var within = (from - range.Start) % RecordLength;
            var count = Math.Min(RecordLength - within, to - from);
            bytes.Slice(from - position, count).CopyTo(_record.AsSpan(within));
            from += count;
            if (within + count == RecordLength)
                Add();
        }
    }

    public void Show()
    {
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

    /// <summary>Linkers write them in order of their places; one that is out of order is not kept.</summary>
    private void Add()
    {
        var place = BinaryPrimitives.ReadInt64LittleEndian(_record);
        var info = BinaryPrimitives.ReadUInt64LittleEndian(_record.AsSpan(8));
        if (info is not (RelativeX64 or RelativeArm64) || _count == MostRecords
            || (_count > 0 && place <= _places[_count - 1]))
            return;
        if (_count == _places.Length)
        {
            Array.Resize(ref _places, 2 * _count);
            Array.Resize(ref _addends, 2 * _count);
        }
        _places[_count] = place;
        _addends[_count++] = BinaryPrimitives.ReadInt64LittleEndian(_record.AsSpan(16));
    }
}
