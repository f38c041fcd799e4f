using System.Buffers.Binary;
using System.Text;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>What the producer reads of an ELF file: 64 bits, little-endian, linked, for x86-64 or arm64.</summary>
internal sealed class ElfFile
{
    public const ushort X64 = 62;
    public const ushort Arm64 = 183;

    private const int HeaderLength = 64;
    private const int ProgramHeaderLength = 56;
    private const int SectionHeaderLength = 64;
    private const int LongestName = 64;
    private const int MostSections = 4096;

    private ElfFile(ushort machine, bool isFixed, SegmentTable segments, List<ElfSection> sections)
    {
        (Machine, IsFixed, Segments, Sections) = (machine, isFixed, segments, sections);
    }

    public ushort Machine { get; }

    /// <summary>It is loaded where it says, so that addresses stand in it without relocations.</summary>
    public bool IsFixed { get; }

    public SegmentTable Segments { get; }

    public IReadOnlyList<ElfSection> Sections { get; }

    public FileSpan ProgramHeaders { get; private init; }

    public FileSpan SectionHeaders { get; private init; }

    /// <summary>Null where the file is none of these, or has no sections.</summary>
    public static ElfFile? TryRead(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength || !file.StartsWith("\u007FELF\u0002\u0001\u0001"u8))
            return null;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(file[16..]);
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);
        if (type is not (2 or 3) || machine is not (X64 or Arm64))
            return null;
        var programs = TableAt(file, 32, 54, 56, ProgramHeaderLength);
        var headers = TableAt(file, 40, 58, 60, SectionHeaderLength);
        if (programs.IsEmpty || headers.IsEmpty || headers.Length > MostSections * SectionHeaderLength
            || SegmentsOf(file, programs) is not { } segments)
            return null;
        var sections = SectionsOf(file, headers);
        return sections is null ? null : new(machine, type == 2, segments, sections)
        {
            ProgramHeaders = programs,
            SectionHeaders = headers,
        };
    }

    private static FileSpan TableAt(ReadOnlySpan<byte> file, int offsetAt, int sizeAt, int countAt, int size)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(file[offsetAt..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[countAt..]);
        var isRight = BinaryPrimitives.ReadUInt16LittleEndian(file[sizeAt..]) == size
            && offset >= HeaderLength && offset <= (ulong)file.Length && count * size <= file.Length - (int)offset;
        return isRight ? new((int)offset, count * size) : default;
    }

    private static SegmentTable? SegmentsOf(ReadOnlySpan<byte> file, FileSpan programs)
    {
        var segments = new List<Segment>();
        for (var at = programs.Start; at < programs.End; at += ProgramHeaderLength)
        {
            var header = file.Slice(at, ProgramHeaderLength);
            var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 1)
                continue;
            if (offset > (ulong)file.Length || size > (ulong)file.Length - offset)
                return null;
            segments.Add(new((int)offset, (int)size, BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[40..])));
        }
        return SegmentTable.TryCreate([.. segments], file.Length);
    }

    private static List<ElfSection>? SectionsOf(ReadOnlySpan<byte> file, FileSpan headers)
    {
        var names = ReadOnlySpan<byte>.Empty;
        var namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(file[62..]);
        if (namesIndex < headers.Length / SectionHeaderLength
            && TryRead(file, headers.Start + namesIndex * SectionHeaderLength, out var strings))
            names = file.Slice(strings.Start, strings.Length);
        var sections = new List<ElfSection>();
        for (var at = headers.Start; at < headers.End; at += SectionHeaderLength)
        {
            if (!TryRead(file, at, out var section))
                return null;
            var name = BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
            sections.Add(section with { Name = name < names.Length ? NameAt(names[(int)name..]) : "" });
        }
        return sections;
    }

    private static string NameAt(ReadOnlySpan<byte> names)
    {
        names = names[..Math.Min(names.Length, LongestName)];
        var end = names.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? names : names[..end]);
    }

    /// <summary>A section without bytes in the file has no length here.</summary>
    private static bool TryRead(ReadOnlySpan<byte> file, int at, out ElfSection section)
    {
        var header = file.Slice(at, SectionHeaderLength);
        var type = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var flags = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        var link = BinaryPrimitives.ReadUInt32LittleEndian(header[40..]);
        if (type is ElfSection.None or ElfSection.NoBits)
            (offset, size) = (0, 0);
        section = default;
        if (offset > (ulong)file.Length || size > (ulong)file.Length - offset)
            return false;
        section = new("", type, flags, (int)offset, (int)size, link);
        return true;
    }
}
