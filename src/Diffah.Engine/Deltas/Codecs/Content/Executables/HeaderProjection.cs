namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Predicts the headers of an ELF file: its own, those of its segments and those of its sections.</summary>
internal sealed class HeaderProjection(AddressMap map, SegmentTable oldSegments, SegmentTable newSegments)
{
    private const int ElfLength = 64;
    private const int ProgramLength = 56;
    private const int SectionLength = 64;
    private const int Entry = 24;
    private const int SectionsAt = 40;

    public void PredictElf(ref FieldBlock block, FieldRange range, int from, int to)
    {
        if (range.Length < ElfLength)
            return;
        Put(ref block, range.Start + Entry, from, to, MapAddress(block.ReadInt64(range.Start + Entry)));
        Put(ref block, range.Start + SectionsAt, from, to, MapOffset(block.ReadInt64(range.Start + SectionsAt)));
    }

    public void PredictPrograms(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var record = FirstRecord(range, from, ProgramLength);
            record < to && record <= range.End - ProgramLength; record += ProgramLength)
        {
            var (offset, address) = (block.ReadInt64(record + 8), block.ReadInt64(record + 16));
            var size = block.ReadInt64(record + 32);
            var isLoad = block.ReadInt32(record) == 1;
            if (isLoad && NewOf(offset, address) is { } segment)
            {
                Put(ref block, record + 8, from, to, segment.Offset);
                Put(ref block, record + 16, from, to, segment.Address);
                Put(ref block, record + 24, from, to, segment.Address);
                Put(ref block, record + 32, from, to, segment.FileSize);
                Put(ref block, record + 40, from, to, segment.MemorySize);
                continue;
            }
            Put(ref block, record + 8, from, to, MapOffset(offset));
            Put(ref block, record + 16, from, to, MapAddress(address));
            Put(ref block, record + 24, from, to, MapAddress(block.ReadInt64(record + 24)));
            Put(ref block, record + 32, from, to, MapSize(offset, size));
            if (block.ReadInt64(record + 40) == size)
                Put(ref block, record + 40, from, to, MapSize(offset, size));
        }
    }

    public void PredictSections(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var record = FirstRecord(range, from, SectionLength);
            record < to && record <= range.End - SectionLength; record += SectionLength)
        {
            var (offset, size) = (block.ReadInt64(record + 24), block.ReadInt64(record + 32));
            Put(ref block, record + 16, from, to, MapAddress(block.ReadInt64(record + 16)));
            Put(ref block, record + 24, from, to, MapOffset(offset));
            Put(ref block, record + 32, from, to, MapSize(offset, size));
        }
    }

    private static int FirstRecord(FieldRange range, int from, int length) =>
        range.Start + (from - range.Start) / length * length;

    /// <summary>A number below 0 says that nothing is predicted.</summary>
    private static void Put(ref FieldBlock block, int place, int from, int to, long value)
    {
        if (place >= from && place < to && value >= 0)
            block.PutUInt64(place, (ulong)value);
    }

    private long MapAddress(long address) => address > 0 && map.TryMap(address, out var mapped) ? mapped : -1;

    private long MapOffset(long offset) => offset is > 0 and <= int.MaxValue ? map.Intervals.Map((int)offset) : -1;

    private long MapSize(long offset, long size)
    {
        if (offset <= 0 || size <= 0 || offset > int.MaxValue || size > int.MaxValue)
            return -1;
        var (first, last) = (MapOffset(offset), MapOffset(offset + size - 1));
        return first < 0 || last < first ? -1 : last - first + 1;
    }

    private Segment? NewOf(long offset, long address)
    {
        for (var index = 0; index < Math.Min(oldSegments.Count, newSegments.Count); index++)
        {
            if (oldSegments[index].Offset == offset && oldSegments[index].Address == address)
                return newSegments[index];
        }
        return null;
    }
}
