using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>What the producer reads of the record that Go's runtime has of a program.</summary>
internal static class GoModule
{
    private const uint Magic118 = 0xFFFF_FFF0;
    private const int Data118 = 38 * 8;
    private const int Data120 = 40 * 8;

    /// <summary>
    /// The place in the file that functions' data counts from, or 0. The record is known by its first number, the
    /// address of the table of functions.
    /// </summary>
    public static int DataOf(ElfFile file, ReadOnlySpan<byte> bytes, ElfSection functions)
    {
        var address = file.Segments.AddressOf(functions.Start);
        if (address < 0 || functions.Length < 8)
            return 0;
        var is118 = BinaryPrimitives.ReadUInt32LittleEndian(bytes[functions.Start..]) == Magic118;
        foreach (var section in file.Sections)
        {
            if (!section.IsWritable || section.Type != ElfSection.ProgramBits)
                continue;
            var record = Find(bytes.Slice(section.Start, section.Length), address, is118 ? Data118 : Data120);
            if (record != 0)
                return Math.Max(0, file.Segments.OffsetOf(record));
        }
        return 0;
    }

    private static long Find(ReadOnlySpan<byte> data, long address, int field)
    {
        for (var at = 0; at + field + 8 <= data.Length; at += 8)
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(data[at..]) == address)
                return BinaryPrimitives.ReadInt64LittleEndian(data[(at + field)..]);
        }
        return 0;
    }
}
