namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>The segments of a file, by which addresses become places in the file and places become addresses.</summary>
internal sealed class SegmentTable
{
    public const int Most = 16;

    /// <summary>No address is beyond this.</summary>
    public const long LastAddress = long.MaxValue / 2;

    private readonly Segment[] _segments;
    private readonly long _first;
    private readonly ulong _reach;

    private SegmentTable(Segment[] segments)
    {
        _segments = segments;
        _first = segments[0].Address;
        _reach = (ulong)(segments[^1].AddressEnd - _first);
    }

    public int Count => _segments.Length;

    public Segment this[int index] => _segments[index];

    /// <summary>Null where the segments can't be those of a file: they ascend, in the file and in memory.</summary>
    public static SegmentTable? TryCreate(Segment[] segments, int fileLength)
    {
        if (segments.Length is 0 or > Most)
            return null;
        var (offset, address) = (0, 0L);
        foreach (var segment in segments)
        {
            if (segment.Offset < offset || segment.FileSize < 0 || segment.FileSize > fileLength - segment.Offset
                || segment.Address < address || segment.Address > LastAddress
                || segment.MemorySize < segment.FileSize || segment.MemorySize > LastAddress)
                return null;
            (offset, address) = (segment.End, segment.AddressEnd);
        }
        return new(segments);
    }

    /// <summary>Which segment an address is in, or −1.</summary>
    public int IndexOfAddress(long address)
    {
        if ((ulong)(address - _first) >= _reach)
            return -1;
        for (var index = 0; index < _segments.Length; index++)
        {
            ref readonly var segment = ref _segments[index];
            if ((ulong)(address - segment.Address) < (ulong)segment.MemorySize)
                return index;
        }
        return -1;
    }

    /// <summary>Which segment a place in the file is in, or −1.</summary>
    public int IndexOfOffset(int offset)
    {
        for (var index = 0; index < _segments.Length; index++)
        {
            ref readonly var segment = ref _segments[index];
            if ((uint)(offset - segment.Offset) < (uint)segment.FileSize)
                return index;
        }
        return -1;
    }

    /// <summary>The place in the file of an address that has one, or −1.</summary>
    public int OffsetOf(long address)
    {
        var index = IndexOfAddress(address);
        if (index < 0)
            return -1;
        ref readonly var segment = ref _segments[index];
        var distance = address - segment.Address;
        return distance < segment.FileSize ? segment.Offset + (int)distance : -1;
    }

    /// <summary>The address of a place in the file, or −1.</summary>
    public long AddressOf(int offset)
    {
        var index = IndexOfOffset(offset);
        return index < 0 ? -1 : _segments[index].Address + (offset - _segments[index].Offset);
    }

    /// <summary>The address of a range's first byte where one segment holds all of the range, or −1.</summary>
    public long AddressOfAll(int start, int length)
    {
        var index = IndexOfOffset(start);
        return index < 0 || length > _segments[index].End - start ? -1 : AddressOf(start);
    }
}
