using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>The ranges of an ELF file, by its sections.</summary>
internal static class ElfRanges
{
    private const int MostPadding = 64;

    public static FieldRange[] Of(ElfFile file, ReadOnlySpan<byte> bytes)
    {
        var found = new List<FieldRange>
        {
            new(RangeKind.ElfHeader, 0, 64),
            new(RangeKind.ProgramHeaders, file.ProgramHeaders.Start, file.ProgramHeaders.Length),
            new(RangeKind.SectionHeaders, file.SectionHeaders.Start, file.SectionHeaders.Length),
        };
        var types = TypesOf(file);
        foreach (var section in file.Sections)
        {
            if (section.Length > 0 && KindOf(file, section, types) is { } kind
                && !(kind == RangeKind.GoFunctions && found.Exists(r => r.Kind == kind)))
                found.Add(new(kind, section.Start, section.Length, BaseOf(file, bytes, section, kind, types)));
            else if (section.Type == ElfSection.GnuHash && BucketsOf(section, bytes) is { IsEmpty: false } buckets)
                found.Add(new(RangeKind.SymbolIndexes, buckets.Start, buckets.Length, LinkOf(file, section)));
        }
        found.Sort((a, b) => a.Start.CompareTo(b.Start));
        return Join(file, found);
    }

    private static RangeKind? KindOf(ElfFile file, ElfSection section, string? types)
    {
        if (section.Type is ElfSection.Symbols or ElfSection.DynamicSymbols)
            return section.Link < file.Sections.Count ? RangeKind.Symbols : null;
        if (!section.IsLoaded)
            return null;
        if (section.Type == ElfSection.Relocations)
            return RangeKind.Relocations;
        if (section.Type == ElfSection.Hash)
            return RangeKind.SymbolIndexes;
        if (section.IsCode)
            return file.Machine == ElfFile.Arm64 ? RangeKind.Arm64Code
                : file.IsFixed && types is null ? RangeKind.X64FixedCode : RangeKind.X64Code;
        if (KindOfName(section.Name) is { } kind)
            return kind;
        if (section.Name == types)
            return RangeKind.GoTypes;
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

    /// <summary>
    /// Names count from the linked section, indexes from the linked symbols, and Go's types from the begin of the data
    /// that is only read.
    /// </summary>
    private static int BaseOf(
        ElfFile file, ReadOnlySpan<byte> bytes, ElfSection section, RangeKind kind, string? types)
    {
        if (kind is RangeKind.Symbols or RangeKind.Relocations or RangeKind.SymbolIndexes)
            return LinkOf(file, section);
        if (kind == RangeKind.GoFunctions)
            return GoModule.DataOf(file, bytes, section);
        return kind is RangeKind.Offsets or RangeKind.GoTypes
            ? file.Sections.FirstOrDefault(s => s.Name == types).Start : 0;
    }

    /// <summary>The name of the section in which a Go program has its types.</summary>
    private static string? TypesOf(ElfFile file)
    {
        if (!file.Sections.Any(s => KindOfName(s.Name) == RangeKind.Offsets))
            return null;
        return file.IsFixed ? ".rodata" : ".data.rel.ro";
    }

    private static int LinkOf(ElfFile file, ElfSection section) =>
        section.Link < file.Sections.Count ? file.Sections[(int)section.Link].Start : 0;

    /// <summary>The buckets of a table of .gnu.hash: behind four numbers and a filter of eight bytes each.</summary>
    private static FileSpan BucketsOf(ElfSection section, ReadOnlySpan<byte> bytes)
    {
        if (section.Length < 16)
            return default;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[section.Start..]) * 4L;
        var start = 16 + BinaryPrimitives.ReadUInt32LittleEndian(bytes[(section.Start + 8)..]) * 8L;
        return start + count > section.Length ? default : new(section.Start + (int)start, (int)count);
    }

    /// <summary>Neighbours of one kind become one range; what lies over another range is left out.</summary>
    private static FieldRange[] Join(ElfFile file, List<FieldRange> found)
    {
        var ranges = new List<FieldRange>();
        foreach (var range in found)
        {
            if (ranges.Count > 0 && range.Start < ranges[^1].End)
                continue;
            if (range.IsSingle && ranges.Exists(r => r.Kind == range.Kind))
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
            RangeKind.X64Code or RangeKind.X64FixedCode or RangeKind.Arm64Code or RangeKind.Pointers => true,
            RangeKind.Relocations => first.Length % Relocation.Length == 0 && first.End == second.Start,
            _ => false,
        };
    }
}
