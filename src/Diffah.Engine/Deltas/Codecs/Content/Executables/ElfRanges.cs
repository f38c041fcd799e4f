namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>The ranges of an ELF file, by its sections.</summary>
internal static class ElfRanges
{
    private const int MostPadding = 64;

    public static FieldRange[] Of(ElfFile file)
    {
        var found = new List<FieldRange>
        {
            new(RangeKind.ElfHeader, 0, 64),
            new(RangeKind.ProgramHeaders, file.ProgramHeaders.Start, file.ProgramHeaders.Length),
            new(RangeKind.SectionHeaders, file.SectionHeaders.Start, file.SectionHeaders.Length),
        };
        foreach (var section in file.Sections)
        {
            if (section.Length > 0 && KindOf(file, section) is { } kind)
                found.Add(new(kind, section.Start, section.Length, BaseOf(file, section, kind)));
        }
        found.Sort((a, b) => a.Start.CompareTo(b.Start));
        return Join(file, found);
    }

    private static RangeKind? KindOf(ElfFile file, ElfSection section)
    {
        if (section.Type is ElfSection.Symbols or ElfSection.DynamicSymbols)
            return section.Link < file.Sections.Count ? RangeKind.Symbols : null;
        if (!section.IsLoaded)
            return null;
        if (section.Type == ElfSection.Relocations)
            return RangeKind.Relocations;
        if (section.IsCode)
            return file.Machine == ElfFile.X64 ? RangeKind.X64Code : RangeKind.Arm64Code;
        if (KindOfName(section.Name) is { } kind)
            return kind;
        if (section.IsWritable && section.Type is ElfSection.ProgramBits or ElfSection.Dynamic
            or (>= ElfSection.InitArray and <= ElfSection.PreinitArray))
            return RangeKind.Pointers;
        if (section.Type == ElfSection.ProgramBits && section.Name.StartsWith(".rodata", StringComparison.Ordinal))
            return file.IsFixed ? RangeKind.Pointers : file.Machine == ElfFile.X64 ? RangeKind.JumpTables : null;
        return null;
    }

    private static RangeKind? KindOfName(string name) => name switch
    {
        ".eh_frame" => RangeKind.UnwindRecords,
        ".eh_frame_hdr" => RangeKind.UnwindSearch,
        ".got" => RangeKind.Got,
        ".gopclntab" or ".data.rel.ro.gopclntab" => RangeKind.GoFunctions,
        ".typelink" or ".data.rel.ro.typelink" => RangeKind.Offsets,
        ".itablink" => RangeKind.Pointers,
        _ => null,
    };

    /// <summary>Names count from the linked section; Go's types from the begin of the data that is only read.</summary>
    private static int BaseOf(ElfFile file, ElfSection section, RangeKind kind)
    {
        if (kind == RangeKind.Symbols)
            return file.Sections[(int)section.Link].Start;
        if (kind != RangeKind.Offsets)
            return 0;
        var types = section.Name == ".typelink" ? ".rodata" : ".data.rel.ro";
        return file.Sections.FirstOrDefault(s => s.Name == types).Start;
    }

    /// <summary>Neighbours of one kind become one range; what lies over another range is left out.</summary>
    private static FieldRange[] Join(ElfFile file, List<FieldRange> found)
    {
        var ranges = new List<FieldRange>();
        foreach (var range in found)
        {
            if (ranges.Count > 0 && range.Start < ranges[^1].End)
                continue;
            if (ranges.Count > 0 && CanJoin(file.Segments, ranges[^1], range))
                ranges[^1] = ranges[^1] with { Length = range.End - ranges[^1].Start };
            else if (ranges.Count < ExecutableLayout.MostRanges)
                ranges.Add(range);
        }
        return [.. ranges];
    }

    private static bool CanJoin(SegmentTable segments, FieldRange first, FieldRange second)
    {
        if (first.Kind != second.Kind || second.Start - first.End > MostPadding
            || segments.IndexOfOffset(first.Start) != segments.IndexOfOffset(second.Start))
            return false;
        return first.Kind switch
        {
            RangeKind.X64Code or RangeKind.Arm64Code or RangeKind.Pointers => true,
            RangeKind.Relocations => first.Length % NewRelocations.RecordLength == 0 && first.End == second.Start,
            _ => false,
        };
    }
}
