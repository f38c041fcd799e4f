using System.Buffers.Binary;
using System.Text;

namespace Diffah.Fuzz.Building;

/// <summary>
/// Databases of rpm as small as they can be with all that a reader has to follow: a tree of pages, a row that goes on in
/// other pages, a write-ahead log; and slots that point to blocks.
/// </summary>
internal static class SmallRpmDatabase
{
    private const int PageSize = 512;

    private static readonly byte[] Short = Header("alpha", "1.0", "1", null, 0);
    private static readonly byte[] Long = Header("beta", "2.0~rc1", "3", 4, 1200);

    /// <summary>An SQLite database with two packages.</summary>
    public static byte[] Sqlite { get; } = MakeSqlite();

    /// <summary>A write-ahead log for it, with another version of its first package.</summary>
    public static byte[] Log { get; } = MakeLog();

    /// <summary>An NDB with two packages.</summary>
    public static byte[] Ndb { get; } = MakeNdb();

    private static byte[] MakeSqlite()
    {
        var file = new byte[7 * PageSize];
        "SQLite format 3\0"u8.CopyTo(file);
        Big16(PageSize).CopyTo(file, 16);
        file[59] = 1; // UTF-8
        var schema = Record(
            (23, "table"u8.ToArray()), (29, "Packages"u8.ToArray()), (29, "Packages"u8.ToArray()), (1, [2]), (13, []));
        Leaf(file.AsSpan(0, PageSize), 100, [.. Varint(schema.Length), 1, .. schema]);
        var root = file.AsSpan(PageSize, PageSize);
        root[0] = 5;
        Big16(1).CopyTo(root[3..]);
        Big32(4).CopyTo(root[8..]);
        Big16(PageSize - 5).CopyTo(root[12..]);
        ((byte[])[.. Big32(3), 1]).CopyTo(root[^5..]);
        Leaf(file.AsSpan(2 * PageSize, PageSize), 0, Row(1, Short));
        WriteLong(file);
        return file;
    }

    // What stands in the page itself is by the rule of the format: usable 512, so that M is 39.
    private static void WriteLong(byte[] file)
    {
        var row = Record((0, []), ((2 * Long.Length) + 12, Long));
        var local = 39 + ((row.Length - 39) % (PageSize - 4));
        local = local <= PageSize - 35 ? local : 39;
        Leaf(file.AsSpan(3 * PageSize, PageSize), 0, [.. Varint(row.Length), 2, .. row[..local], .. Big32(5)]);
        for (var (page, at) = (5, local); at < row.Length; page++, at += PageSize - 4)
        {
            var part = row[at..Math.Min(row.Length, at + PageSize - 4)];
            Big32(at + part.Length < row.Length ? page + 1 : 0).CopyTo(file, (page - 1) * PageSize);
            part.CopyTo(file, ((page - 1) * PageSize) + 4);
        }
    }

    private static byte[] MakeLog()
    {
        var page = new byte[PageSize];
        Leaf(page, 0, Row(1, Header("alpha", "1.1", "1", null, 0)));
        byte[] head = [.. Big32(0x377F0683), .. Big32(3007000), .. Big32(PageSize), .. Big32(0), .. Big32(7), .. Big32(8)];
        uint first = 0, second = 0;
        Sum(head);
        byte[] header = [.. head, .. Big32((int)first), .. Big32((int)second)];
        byte[] frame = [.. Big32(3), .. Big32(7)];
        Sum(frame);
        Sum(page);
        return [.. header, .. frame, .. Big32(7), .. Big32(8), .. Big32((int)first), .. Big32((int)second), .. page];

        void Sum(byte[] bytes)
        {
            for (var at = 0; at < bytes.Length; at += 8)
            {
                first += BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)) + second;
                second += BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 4)) + first;
            }
        }
    }

    private static byte[] MakeNdb()
    {
        var file = new List<byte>([.. "RpmP"u8, .. new byte[8], .. Little(1), .. new byte[16]]);
        var blocks = new List<byte>();
        foreach (var (header, i) in new[] { Short, Long }.Select((h, i) => (h, i + 1)))
        {
            file.AddRange([.. "Slot"u8, .. Little(i), .. Little((4096 + blocks.Count) / 16), .. Little(1)]);
            blocks.AddRange([.. "BlbS"u8, .. Little(i), .. Little(1), .. Little(header.Length), .. header]);
            blocks.AddRange(new byte[16 - (blocks.Count % 16)]);
        }
        while (file.Count < 4096)
            file.AddRange([.. "Slot"u8, .. new byte[12]]);
        return [.. file, .. blocks];
    }

    private static byte[] Header(string name, string version, string release, int? epoch, int filler)
    {
        var (entries, data) = (new List<byte>(), new List<byte>());
        Add(1004, 6, [.. Encoding.ASCII.GetBytes(new string('x', filler)), 0]);
        Add(1000, 6, [.. Encoding.ASCII.GetBytes(name), 0]);
        Add(1001, 6, [.. Encoding.ASCII.GetBytes(version), 0]);
        Add(1002, 6, [.. Encoding.ASCII.GetBytes(release), 0]);
        if (epoch is { } number)
            Add(1003, 4, Big32(number));
        Add(1022, 6, "noarch\0"u8.ToArray());
        return [.. Big32(entries.Count / 16), .. Big32(data.Count), .. entries, .. data];

        void Add(int tag, int type, byte[] value)
        {
            entries.AddRange([.. Big32(tag), .. Big32(type), .. Big32(data.Count), .. Big32(1)]);
            data.AddRange(value);
        }
    }

    private static byte[] Row(int number, byte[] header)
    {
        var row = Record((0, []), ((2 * header.Length) + 12, header));
        return [.. Varint(row.Length), (byte)number, .. row];
    }

    private static byte[] Record(params (int Type, byte[] Value)[] values)
    {
        byte[] types = [.. values.SelectMany(v => Varint(v.Type))];
        return [(byte)(types.Length + 1), .. types, .. values.SelectMany(v => v.Value)];
    }

    private static void Leaf(Span<byte> page, int start, byte[] cell)
    {
        page[start] = 13;
        Big16(1).CopyTo(page[(start + 3)..]);
        Big16(page.Length - cell.Length).CopyTo(page[(start + 8)..]);
        cell.CopyTo(page[^cell.Length..]);
    }

    private static byte[] Varint(int value) =>
        value < 128 ? [(byte)value] : [(byte)(0x80 | (value >> 7)), (byte)(value & 0x7F)];

    private static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Big32(int value) => [(byte)(value >> 24), (byte)(value >> 16), .. Big16(value)];

    private static byte[] Little(int value) => [.. Big32(value).Reverse()];
}
