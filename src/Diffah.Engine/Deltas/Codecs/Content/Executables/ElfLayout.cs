using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Makes the layout of a pair of ELF files.</summary>
internal static class ElfLayout
{
    public static ExecutableLayout? Create(
        ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, LayoutRules rules)
    {
        if (ElfFile.TryRead(old) is not { } oldFile || ElfFile.TryRead(@new) is not { } newFile
            || oldFile.Machine != newFile.Machine)
            return null;
        var (ranges, newRanges) = (ElfRanges.Of(oldFile, old), ElfRanges.Of(newFile, @new));
        var got = SpanOf(newRanges, RangeKind.Got);
        var relocations = SpanOf(newRanges, RangeKind.Relocations);
        var hasGot = !got.IsEmpty && !relocations.IsEmpty && ranges.Any(r => r.Kind == RangeKind.Got);
        var derived = DerivedOf(old, oldFile, ranges, @new, newFile, newRanges);
        return new(oldFile.Segments, newFile.Segments, ranges, hasGot ? got : default,
            hasGot ? relocations : default, derived, rules);
    }

    private static FileSpan SpanOf(FieldRange[] ranges, RangeKind kind)
    {
        var range = ranges.FirstOrDefault(r => r.Kind == kind);
        return new(range.Start, range.Length);
    }

    /// <summary>Both tables are made and compared; where one is not as a linker's, none is derived.</summary>
    private static DerivedTable? DerivedOf(
        ReadOnlySpan<byte> old, ElfFile oldFile, FieldRange[] ranges,
        ReadOnlySpan<byte> @new, ElfFile newFile, FieldRange[] newRanges)
    {
        var newTable = TableOf(@new, newFile, newRanges);
        if (newTable is null || TableOf(old, oldFile, ranges) is not { } oldTable)
            return null;
        return newTable with { OldTable = oldTable.NewTable };
    }

    /// <summary>The table of one file, as if it were to be derived.</summary>
    private static DerivedTable? TableOf(ReadOnlySpan<byte> file, ElfFile elf, FieldRange[] ranges)
    {
        var (search, records) = (SpanOf(ranges, RangeKind.UnwindSearch), SpanOf(ranges, RangeKind.UnwindRecords));
        if (records.IsEmpty || search.Length <= SearchTable.HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(file[search.Start..]) != SearchTable.Form)
            return null;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(file[(search.Start + 8)..]);
        var length = count * (long)SearchTable.EntryLength;
        if (length == 0 || length > Math.Min(DerivedTable.LongestTable, search.Length - SearchTable.HeaderLength))
            return null;
        var table = new FileSpan(search.Start + SearchTable.HeaderLength, (int)length);
        var derived = new DerivedTable(default, table, records);
        return derived.IsAsIn(file, elf.Segments) ? derived : null;
    }
}
