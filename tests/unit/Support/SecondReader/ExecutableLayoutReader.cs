namespace Diffah.Tests.Support.SecondReader;

/// <summary>A part of a file that is in memory.</summary>
internal readonly record struct Segment(long Offset, long Length, long Address, long Memory)
{
    public bool HasPlace(long place) => place >= Offset && place < Offset + Length;

    public bool HasAddress(ulong address) => address - (ulong)Address < (ulong)Memory;
}

/// <summary>A part of the old file whose bytes have fields of a kind.</summary>
internal readonly record struct FieldRange(int Kind, long Start, long Length, long Base)
{
    public long End => Start + Length;
}

/// <summary>A part of a file.</summary>
internal readonly record struct Stretch(long Start, long Length)
{
    public bool Has(long place) => place >= Start && place < Start + Length;
}

/// <summary>What a patch says of two executables (executables.md, "The layout, byte by byte").</summary>
internal sealed record ExecutableLayout(
    Segment[] Old, Segment[] New, FieldRange[] Ranges, Stretch? NewTable, Stretch Relocations, Stretch OldDerived,
    Stretch? NewDerived, Stretch Records, bool HasCodedSlots, bool HasInstructions);

/// <summary>Reads layouts of executables.</summary>
internal static class ExecutableLayoutReader
{
    private const int LongestDerived = 1 << 26;

    public static ExecutableLayout Read(byte[] bytes, long oldLength, long newLength, bool hasModels)
    {
        var input = new PatchCursor(bytes);
        Require(input.Byte() == 1);
        var old = ReadOld(input);
        var made = ReadNew(input, old);
        var ranges = ReadRanges(input);
        var parts = input.Byte();
        Require(parts < (hasModels ? 16 : 4));
        var (table, relocations) = (parts & 1) != 0 ? (ReadStretch(input), ReadStretch(input)) : (default, default);
        var (oldTable, newTable, records) = (parts & 2) != 0
            ? (ReadStretch(input), ReadStretch(input), ReadStretch(input)) : (default, default, default);
        Require(input.Left == 0);
        foreach (var (segments, length) in ((Segment[], long)[])[(old, oldLength), (made, newLength)])
            CheckSegments(segments, length);
        Require(ranges.All(r => r.Kind is >= 1 and <= 17 && r.End <= oldLength));
        Require(ranges.Count(r => r.Kind == 10) <= 1 && ranges.Count(r => r.Kind == 14) <= 1);
        Require(table.Start + table.Length <= newLength && relocations.Start + relocations.Length <= newLength);
        Require(oldTable.Start + oldTable.Length <= oldLength && newTable.Start + newTable.Length <= newLength
            && records.Start + records.Length <= newLength);
        Require((parts & 2) == 0 || (newTable.Start >= 12 && newTable.Length % 8 == 0
            && newTable.Length <= LongestDerived && (newTable.Start + newTable.Length <= records.Start
                || records.Start + records.Length <= newTable.Start)));
        return new ExecutableLayout(old, made, ranges, (parts & 1) != 0 ? table : null, relocations, oldTable,
            (parts & 2) != 0 ? newTable : null, records, (parts & 4) != 0, (parts & 8) != 0);
    }

    private static Segment[] ReadOld(PatchCursor input)
    {
        var segments = new Segment[Count(input, 16)];
        var (place, address) = (0L, 0L);
        for (var i = 0; i < segments.Length; i++)
        {
            var offset = place + Number(input);
            var length = Number(input);
            var begin = address + Number(input);
            segments[i] = new Segment(offset, length, begin, length + Number(input));
            (place, address) = (offset + length, begin + segments[i].Memory);
        }
        return segments;
    }

    private static Segment[] ReadNew(PatchCursor input, Segment[] old)
    {
        var segments = new Segment[Count(input, 16)];
        for (var i = 0; i < segments.Length; i++)
        {
            var like = i < old.Length ? old[i] : default;
            segments[i] = new Segment(like.Offset + Difference(input), like.Length + Difference(input),
                like.Address + Difference(input), like.Memory + Difference(input));
        }
        return segments;
    }

    private static FieldRange[] ReadRanges(PatchCursor input)
    {
        var ranges = new FieldRange[input.Byte()];
        Require(ranges.Length <= 64);
        var end = 0L;
        for (var i = 0; i < ranges.Length; i++)
        {
            var kind = input.Byte();
            var (start, length) = (end + Number(input), Number(input));
            Require(length >= 1);
            ranges[i] = new FieldRange(
                kind, start, length, kind is 8 or 9 or 13 or 14 or 15 or 16 ? Number(input) : 0);
            end = ranges[i].End;
        }
        return ranges;
    }

    private static Stretch ReadStretch(PatchCursor input) => new(Number(input), Number(input));

    private static int Count(PatchCursor input, int most)
    {
        var count = input.Byte();
        Require(count >= 1 && count <= most);
        return count;
    }

    private static void CheckSegments(Segment[] segments, long length)
    {
        var (place, address) = (0L, 0L);
        foreach (var segment in segments)
        {
            Require(segment is { Offset: >= 0, Length: >= 0, Address: >= 0, Memory: >= 0 }
                && segment.Address <= (1L << 62) - 1 && segment.Memory <= (1L << 62) - 1
                && segment.Offset >= place && segment.Offset + segment.Length <= length
                && segment.Address >= address && segment.Memory >= segment.Length);
            (place, address) = (segment.Offset + segment.Length, segment.Address + segment.Memory);
        }
    }

    // At most nine bytes: 63 bits.
    private static long Number(PatchCursor input)
    {
        var number = input.Number();
        Require(number <= long.MaxValue);
        return (long)number;
    }

    private static long Difference(PatchCursor input) => PatchCursor.Unfold((ulong)Number(input));

    private static void Require(bool condition)
    {
        if (!condition)
            throw new InvalidDataException("a layout of executables breaks a rule");
    }
}
