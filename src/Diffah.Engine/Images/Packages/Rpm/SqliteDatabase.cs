using System.Buffers.Binary;
using System.Collections;

namespace Diffah.Engine.Images.Packages.Rpm;

/// <summary>
/// Reads the tables of an SQLite database (sqlite.org/fileformat2.html): no more than that, and from anybody. A page is
/// used once, so that no walk takes longer than the file is long.
/// </summary>
internal sealed class SqliteDatabase
{
    private const int HeaderLength = 100;
    private const byte InteriorPage = 5;
    private const byte LeafPage = 13;
    private const int Utf8 = 1;
    private const int SchemaPage = 1;

    private readonly SqlitePages _pages;
    private readonly int _usable;
    private readonly int _maximumRow;
    private readonly BitArray _used;

    private SqliteDatabase(SqlitePages pages, int usable, int maximumRow)
    {
        (_pages, _usable, _maximumRow) = (pages, usable, maximumRow);
        _used = new BitArray(pages.Count + 1);
    }

    /// <summary>Opens a database.</summary>
    /// <param name="file">The file, which can seek; not owned.</param>
    /// <param name="log">Its write-ahead log, which can seek; null for none. Not owned.</param>
    /// <param name="maximumRow">The most bytes of a row.</param>
    /// <exception cref="InvalidDataException">It is none, or is not of a form that is read.</exception>
    public static SqliteDatabase Open(Stream file, Stream? log, int maximumRow)
    {
        var header = new byte[HeaderLength];
        file.Position = 0;
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength
            || !header.AsSpan().StartsWith("SQLite format 3\0"u8))
            throw new InvalidDataException("it is no SQLite database");
        int pageSize = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        pageSize = pageSize == 1 ? 65536 : pageSize;
        var usable = pageSize - header[20];
        if (pageSize < 512 || !int.IsPow2(pageSize) || usable < 480)
            throw new InvalidDataException("its pages can't be of the size that it says");
        if (BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(56)) is not (0 or Utf8))
            throw new InvalidDataException("its texts are not UTF-8");
        return new SqliteDatabase(SqlitePages.Open(file, log, pageSize), usable, maximumRow);
    }

    /// <summary>The rows of a table, in their order.</summary>
    /// <param name="table">The table's name.</param>
    /// <exception cref="InvalidDataException">There is no such table, or it is damaged.</exception>
    public IEnumerable<SqliteRow> ReadTable(string table)
    {
        _used.SetAll(false);
        foreach (var row in ReadTree(SchemaPage))
        {
            if (row.Text(0) == "table" && row.Text(1) == table)
                return ReadTree(row.Integer(3) is > 0 and <= int.MaxValue and var root ? (int)root : throw Damaged());
        }
        throw new InvalidDataException($"it has no table {table}");
    }

    private IEnumerable<SqliteRow> ReadTree(int root)
    {
        var open = new Stack<int>([root]);
        while (open.TryPop(out var number))
        {
            var page = Use(number);
            // On the first page the header of the file stands before that of the page.
            var start = number == SchemaPage ? HeaderLength : 0;
            if (page[start] == LeafPage)
            {
                foreach (var cell in Cells(page, start + 8, start))
                    yield return ReadRow(page, cell);
            }
            else if (page[start] == InteriorPage)
            {
                foreach (var child in Children(page, start).Reverse())
                    open.Push(child);
            }
            else
            {
                throw Damaged();
            }
        }
    }

    private IEnumerable<int> Children(byte[] page, int start)
    {
        foreach (var cell in Cells(page, start + 12, start))
            yield return PageNumber(page, cell);
        yield return PageNumber(page, start + 8);
    }

    private IEnumerable<int> Cells(byte[] page, int pointers, int start)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
        if (pointers + (2 * count) > _usable)
            throw Damaged();
        for (var i = 0; i < count; i++)
        {
            var cell = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + (2 * i)));
            if (cell + 4 > _usable)
                throw Damaged();
            yield return cell;
        }
    }

    private SqliteRow ReadRow(byte[] page, int cell)
    {
        var at = cell;
        var length = SqliteRow.ReadVarint(page.AsSpan(0, _usable), ref at);
        SqliteRow.ReadVarint(page.AsSpan(0, _usable), ref at); // the row's number
        if (length < 0 || length > _maximumRow || length > _pages.Count * (long)_usable)
            throw new InvalidDataException("a row is longer than what is read");
        var local = LocalBytes((int)length);
        if (at + local + (local < length ? 4 : 0) > _usable)
            throw Damaged();
        var bytes = new byte[length];
        page.AsSpan(at, local).CopyTo(bytes);
        if (local < length)
            ReadOverflow(PageNumber(page, at + local), bytes.AsSpan(local));
        return new SqliteRow(bytes);
    }

    // What of a row stands in its own page; the names are those of the format's description.
    private int LocalBytes(int length)
    {
        var x = _usable - 35;
        if (length <= x)
            return length;
        var m = ((_usable - 12) * 32 / 255) - 23;
        var k = m + ((length - m) % (_usable - 4));
        return k <= x ? k : m;
    }

    private void ReadOverflow(int number, Span<byte> rest)
    {
        while (rest.Length > 0)
        {
            var page = Use(number);
            var count = Math.Min(rest.Length, _usable - 4);
            page.AsSpan(4, count).CopyTo(rest);
            rest = rest[count..];
            number = rest.Length > 0 ? PageNumber(page, 0) : 0;
        }
    }

    private byte[] Use(int number)
    {
        if (number < 1 || number > _pages.Count || _used[number])
            throw Damaged();
        _used[number] = true;
        return _pages.Read(number);
    }

    private static int PageNumber(byte[] page, int at) => BinaryPrimitives.ReadInt32BigEndian(page.AsSpan(at));

    private static InvalidDataException Damaged() => new("its pages are damaged");
}
