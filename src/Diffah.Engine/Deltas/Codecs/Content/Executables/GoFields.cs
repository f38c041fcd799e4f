using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// The fields of Go's table of functions and lines, as releases from 1.18 on write it: a header, then, at its last
/// number, a pair for each function (its code, its record), and the records.
/// </summary>
internal static class GoFields
{
    /// <summary>Functions begin at multiples of this.</summary>
    public const int Alignment = 16;

    private const uint Magic118 = 0xFFFF_FFF0;
    private const uint Magic120 = 0xFFFF_FFF1;
    private const int HeaderLength = 72;
    private const int PairLength = 8;
    private const int MostTables = 64;

    /// <summary>Finds the fields, the places that their classes count from, and where functions begin.</summary>
    public static void Find(ReadOnlySpan<byte> file, RangeFields found, SegmentTable segments)
    {
        var range = found.Range;
        found.List = new();
        var table = file.Slice(range.Start, range.Length);
        if (table.Length < HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(table) is not (Magic118 or Magic120) || table[7] != 8)
            return;
        var text = segments.OffsetOf(BinaryPrimitives.ReadInt64LittleEndian(table[24..]));
        var (names, lines, pairs) = (PartAt(table, 32), PartAt(table, 56), PartAt(table, 64));
        var count = BinaryPrimitives.ReadInt64LittleEndian(table[8..]);
        if (text < 0 || names < 0 || lines < 0 || pairs < 0
            || count < 0 || count > (table.Length - pairs) / PairLength)
            return;
        var marks = new Marks(found.List, table, range.Start, pairs);
        marks.AddPairs((int)count);
        marks.AddRecords(
            (int)count, BinaryPrimitives.ReadUInt32LittleEndian(table) == Magic120, range.Base > 0);
        found.Bases = [text, range.Start + pairs, range.Start + names, range.Start + lines, range.Base];
        found.Marks = BeginsOf(table[pairs..], (int)count, file.Length - text);
    }

    private static BitSet BeginsOf(ReadOnlySpan<byte> pairs, int count, int most)
    {
        var begins = new BitSet(most / Alignment + 1);
        for (var index = 0; index < count; index++)
        {
            var begin = BinaryPrimitives.ReadUInt32LittleEndian(pairs[(index * PairLength)..]);
            if (begin < most && begin % Alignment == 0)
                begins.Set((int)begin / Alignment);
        }
        return begins;
    }

    private static int PartAt(ReadOnlySpan<byte> table, int field)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(table[field..]);
        return offset >= 0 && offset < table.Length ? (int)offset : -1;
    }

    private readonly ref struct Marks(FieldList fields, ReadOnlySpan<byte> table, int start, int pairs)
    {
        private const byte Text = FieldClass.FirstOffset;
        private const byte Record = FieldClass.FirstOffset + 1;
        private const byte Name = FieldClass.FirstOffset + 2;
        private const byte Lines = FieldClass.FirstOffset + 3;
        private const byte Data = FieldClass.FirstOffset + 4;
        private const int TableCount = 28;

        private readonly ReadOnlySpan<byte> _table = table;

        public void AddPairs(int count)
        {
            for (var index = 0; index < count; index++)
            {
                var place = start + pairs + index * PairLength;
                fields.Add(place, Text);
                fields.Add(place + 4, Record);
            }
            if (pairs + count * PairLength <= _table.Length - 4)
                fields.Add(start + pairs + count * PairLength, Text);
        }

        /// <summary>Records lie one behind the other; one that does not is left out.</summary>
        public void AddRecords(int count, bool hasStartLine, bool hasData)
        {
            var length = hasStartLine ? 44 : 40;
            var end = 0;
            for (var index = 0; index < count; index++)
            {
                var offset = BinaryPrimitives.ReadUInt32LittleEndian(_table[(pairs + index * PairLength + 4)..]);
                if (offset <= _table.Length - pairs - length && pairs + (int)offset >= end)
                    end = AddRecord(pairs + (int)offset, length, hasData);
            }
        }

        private int AddRecord(int place, int length, bool hasData)
        {
            fields.Add(start + place, Text);
            fields.Add(start + place + 4, Name);
            for (var field = 16; field <= 24; field += 4)
                fields.Add(start + place + field, Lines);
            var tables = Math.Min(
                MostTables, BinaryPrimitives.ReadUInt32LittleEndian(_table[(place + TableCount)..]));
            var data = place + length + 4 * (int)tables;
            for (var field = place + length; field < data && field <= _table.Length - 4; field += 4)
                fields.Add(start + field, Lines);
            var end = data + 4 * _table[place + length - 1];
            for (var field = data; hasData && field < end && field <= _table.Length - 4; field += 4)
                fields.Add(start + field, Data);
            return end;
        }
    }
}
