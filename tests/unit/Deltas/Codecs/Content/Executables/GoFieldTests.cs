using System.Buffers.Binary;
using Diffah.Engine.Deltas.Codecs.Content.Executables;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>Go's table of functions, written by hand as runtime/symtab.go of Go 1.18 and 1.20 describes it.</summary>
public sealed class GoFieldTests
{
    private const int TableAt = 0x100;

    [Theory]
    [InlineData(0xFFFFFFF0, 40)]
    [InlineData(0xFFFFFFF1, 44)]
    public void Each_offset_has_the_base_that_it_counts_from(uint magic, int recordLength)
    {
        var (file, records) = Table(magic, recordLength);
        var segments = SegmentTable.TryCreate([new(0, file.Length, 0x400000, file.Length)], file.Length)!;
        var range = new FieldRange(RangeKind.GoFunctions, TableAt, file.Length - TableAt, 0x40);
        var found = new OldFields(file, [range], segments).Ranges[0];
        Assert.Equal([0x20, TableAt + 0x60, TableAt + 0x48, TableAt + 0x50, 0x40], found.Bases);
        const byte text = 16, record = 17, name = 18, lines = 19, data = 20;
        var expected = new List<(int, byte)>
        {
            (TableAt + 0x60, text), (TableAt + 0x64, record), (TableAt + 0x68, text), (TableAt + 0x6C, record),
            (TableAt + 0x70, text),
        };
        var first = TableAt + 0x60 + records[0];
        expected.AddRange([(first, text), (first + 4, name), (first + 16, lines), (first + 20, lines),
            (first + 24, lines), (first + recordLength, lines), (first + recordLength + 4, lines),
            (first + recordLength + 8, data)]);
        var second = TableAt + 0x60 + records[1];
        expected.AddRange([(second, text), (second + 4, name), (second + 16, lines), (second + 20, lines),
            (second + 24, lines)]);
        Assert.Equal(expected, found.List!.Positions.ToArray().Zip(found.List.Classes.ToArray()));
        Assert.True(found.Marks!.Has(0x40 / 16));
        Assert.False(found.Marks.Has(0x50 / 16));
    }

    [Theory]
    [InlineData(0xFFFFFFFA)]
    [InlineData(0u)]
    public void A_table_of_another_form_has_no_fields(uint magic)
    {
        var (file, _) = Table(magic, 40);
        var segments = SegmentTable.TryCreate([new(0, file.Length, 0x400000, file.Length)], file.Length)!;
        var range = new FieldRange(RangeKind.GoFunctions, TableAt, file.Length - TableAt, 0x40);
        Assert.Equal(0, new OldFields(file, [range], segments).Ranges[0].List!.Positions.Length);
    }

    /// <summary>Two functions, at 0 and 0x40; the first record has two tables and one piece of data.</summary>
    private static (byte[] File, int[] Records) Table(uint magic, int recordLength)
    {
        int[] records = [0x14, 0x14 + recordLength + 12];
        var table = new byte[0x60 + records[1] + recordLength];
        BinaryPrimitives.WriteUInt32LittleEndian(table, magic);
        (table[6], table[7]) = (1, 8);
        long[] header = [2, 0, 0x400020, 0x48, 0x4C, 0x4E, 0x50, 0x60];
        for (var index = 0; index < header.Length; index++)
            BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(8 + 8 * index), header[index]);
        int[] pairs = [0, records[0], 0x40, records[1], 0x80];
        for (var index = 0; index < pairs.Length; index++)
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(0x60 + 4 * index), pairs[index]);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(0x60 + records[0] + 28), 2);
        table[0x60 + records[0] + recordLength - 1] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(0x60 + records[1]), 0x40);
        return ([.. new byte[TableAt], .. table], records);
    }
}
