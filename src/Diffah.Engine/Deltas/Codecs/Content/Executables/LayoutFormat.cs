using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A layout in bytes.</summary>
internal static class LayoutFormat
{
    /// <summary>The first byte says what kind of layout it is: other kinds of executables have other numbers.</summary>
    private const byte Elf64 = 1;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Got = 1,
        Derived = 2,
        CodedSlots = 4,
        Instructions = 8,
    }

    public static void Write(ExecutableLayout layout, ByteList output)
    {
        output.Add(Elf64);
        WriteSegments(output, layout.OldSegments);
        WriteNewSegments(output, layout);
        output.Add((byte)layout.Ranges.Count);
        var end = 0;
        foreach (var range in layout.Ranges)
        {
            output.Add((byte)range.Kind);
            output.AddNumber((ulong)(range.Start - end));
            output.AddNumber((ulong)range.Length);
            if (range.HasBase)
                output.AddNumber((ulong)range.Base);
            end = range.End;
        }
        output.Add((byte)((layout.NewGot.IsEmpty ? Parts.None : Parts.Got)
            | (layout.Derived is null ? Parts.None : Parts.Derived)
            | PartsOf(layout.Rules)));
        if (!layout.NewGot.IsEmpty)
        {
            WriteSpan(output, layout.NewGot);
            WriteSpan(output, layout.NewRelocations);
        }
        if (layout.Derived is not { } derived)
            return;
        WriteSpan(output, derived.OldTable);
        WriteSpan(output, derived.NewTable);
        WriteSpan(output, derived.NewRecords);
    }

    public static ExecutableLayout Read(
        ReadOnlySpan<byte> bytes, int oldLength, int newLength, LayoutRules rules, out int consumed)
    {
        var input = new LayoutReader(bytes);
        if (input.Take() != Elf64)
            throw LayoutReader.Invalid("is of a kind that is not known");
        var oldSegments = ReadSegments(ref input, oldLength);
        var newSegments = ReadNewSegments(ref input, oldSegments, newLength);
        var ranges = ReadRanges(ref input, oldLength);
        var parts = (Parts)input.Take();
        if ((parts & ~(Parts.Got | Parts.Derived | PartsOf(rules))) != 0)
            throw LayoutReader.Invalid("has parts of no kind");
        var (got, relocations) = parts.HasFlag(Parts.Got)
            ? (input.TakeSpan(newLength), input.TakeSpan(newLength)) : default;
        var derived = parts.HasFlag(Parts.Derived) ? ReadDerived(ref input, oldLength, newLength) : null;
        consumed = input.Position;
        var layout = new ExecutableLayout(
            oldSegments, newSegments, ranges, got, relocations, derived, RulesOf(parts));
        return PartsOf(layout.Rules) == (parts & PartsOf(LayoutRules.All))
            ? layout : throw LayoutReader.Invalid("codes the slots of tables that are not there, or too long");
    }

    private static Parts PartsOf(LayoutRules rules) =>
        (rules.HasFlag(LayoutRules.CodedSlots) ? Parts.CodedSlots : 0)
        | (rules.HasFlag(LayoutRules.Instructions) ? Parts.Instructions : 0);

    private static LayoutRules RulesOf(Parts parts) =>
        (parts.HasFlag(Parts.CodedSlots) ? LayoutRules.CodedSlots : 0)
        | (parts.HasFlag(Parts.Instructions) ? LayoutRules.Instructions : 0);

    private static void WriteSegments(ByteList output, SegmentTable segments)
    {
        output.Add((byte)segments.Count);
        var (offset, address) = (0, 0L);
        for (var index = 0; index < segments.Count; index++)
        {
            var segment = segments[index];
            output.AddNumber((ulong)(segment.Offset - offset));
            output.AddNumber((ulong)segment.FileSize);
            output.AddNumber((ulong)(segment.Address - address));
            output.AddNumber((ulong)(segment.MemorySize - segment.FileSize));
            (offset, address) = (segment.End, segment.AddressEnd);
        }
    }

    private static SegmentTable ReadSegments(ref LayoutReader input, int length)
    {
        var segments = new Segment[input.TakeCount(SegmentTable.Most)];
        var (offset, address) = (0, 0L);
        for (var index = 0; index < segments.Length; index++)
        {
            var start = offset + (int)input.TakeNumber(length - offset);
            var size = (int)input.TakeNumber(length - start);
            var first = address + input.TakeNumber(SegmentTable.LastAddress - address);
            var memory = size + input.TakeNumber(SegmentTable.LastAddress - first - size);
            segments[index] = new(start, size, first, memory);
            (offset, address) = (segments[index].End, segments[index].AddressEnd);
        }
        return SegmentTable.TryCreate(segments, length) ?? throw LayoutReader.Invalid("has segments that can't be");
    }

    /// <summary>Each number of the new segments is said by how it differs from that of the old segment.</summary>
    private static void WriteNewSegments(ByteList output, ExecutableLayout layout)
    {
        output.Add((byte)layout.NewSegments.Count);
        for (var index = 0; index < layout.NewSegments.Count; index++)
        {
            var (old, segment) = (OldOrNone(layout.OldSegments, index), layout.NewSegments[index]);
            WriteDifference(output, segment.Offset - (long)old.Offset);
            WriteDifference(output, segment.FileSize - (long)old.FileSize);
            WriteDifference(output, segment.Address - old.Address);
            WriteDifference(output, segment.MemorySize - old.MemorySize);
        }
    }

    private static SegmentTable ReadNewSegments(ref LayoutReader input, SegmentTable olds, int length)
    {
        var segments = new Segment[input.TakeCount(SegmentTable.Most)];
        for (var index = 0; index < segments.Length; index++)
        {
            var old = OldOrNone(olds, index);
            segments[index] = new(
                (int)input.TakeDifference(old.Offset, length),
                (int)input.TakeDifference(old.FileSize, length),
                input.TakeDifference(old.Address, SegmentTable.LastAddress),
                input.TakeDifference(old.MemorySize, SegmentTable.LastAddress));
        }
        return SegmentTable.TryCreate(segments, length) ?? throw LayoutReader.Invalid("has segments that can't be");
    }

    private static Segment OldOrNone(SegmentTable olds, int index) => index < olds.Count ? olds[index] : default;

    private static FieldRange[] ReadRanges(ref LayoutReader input, int length)
    {
        var ranges = new FieldRange[input.TakeCount(ExecutableLayout.MostRanges)];
        var end = 0;
        for (var index = 0; index < ranges.Length; index++)
        {
            var kind = (RangeKind)input.Take();
            if (kind is < RangeKind.ElfHeader or > RangeKind.X64FixedCode)
                throw LayoutReader.Invalid("has a range of a kind that is not known");
            var start = end + (int)input.TakeNumber(length - end);
            var range = new FieldRange(kind, start, (int)input.TakeNumber(length - start));
            if (range.Length == 0)
                throw LayoutReader.Invalid("has a range without bytes");
            if (range.IsSingle && Array.Exists(ranges, r => r.Kind == kind))
                throw LayoutReader.Invalid("has two ranges of a kind of which there is one");
            ranges[index] = range.HasBase ? range with { Base = (int)input.TakeNumber(length) } : range;
            end = range.End;
        }
        return ranges;
    }

    private static DerivedTable ReadDerived(ref LayoutReader input, int oldLength, int newLength)
    {
        var (oldTable, table, records) =
            (input.TakeSpan(oldLength), input.TakeSpan(newLength), input.TakeSpan(newLength));
        if (table.Start < SearchTable.HeaderLength || table.Length % SearchTable.EntryLength != 0
            || table.Length > DerivedTable.LongestTable
            || (table.Start < records.End && records.Start < table.End))
            throw LayoutReader.Invalid("has a derived table that can't be");
        return new(oldTable, table, records);
    }

    private static void WriteSpan(ByteList output, FileSpan span)
    {
        output.AddNumber((ulong)span.Start);
        output.AddNumber((ulong)span.Length);
    }

    private static void WriteDifference(ByteList output, long difference) =>
        output.AddNumber((ulong)(difference << 1 ^ difference >> 63));
}
