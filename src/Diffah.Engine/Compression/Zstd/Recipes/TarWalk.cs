using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>
/// Goes through the entries of a tar, up to its end or to what is none. What stands in it is looked at to guess what
/// an encoder did, so nothing is refused.
/// </summary>
/// <param name="content">The tar, or any content.</param>
internal sealed class TarWalk(StreamAt content)
{
    private const int BlockLength = 512;

    // Longer ones are not looked at.
    private const int MostRecords = 1 << 20;

    private static readonly Dictionary<string, byte[]> NoRecords = [];

    private readonly byte[] _header = new byte[BlockLength];
    private long _next;

    /// <summary>The next entry; null where there is none.</summary>
    public TarItem? Next()
    {
        var (name, link, records) = (default(byte[]), default(byte[]), NoRecords);
        while (ReadHeader() is var (size, data))
        {
            switch (_header[156])
            {
                case (byte)'x':
                    records = ReadRecords(data, size);
                    break;
                case (byte)'L':
                    name = ReadText(data, size);
                    break;
                case (byte)'K':
                    link = ReadText(data, size);
                    break;
                case (byte)'g':
                    break;
                default:
                    return Item(
                        name ?? records.GetValueOrDefault("path"), link ?? records.GetValueOrDefault("linkpath"),
                        records, data, size);
            }
            _next = After(data, size);
        }
        return null;
    }

    private TarItem Item(byte[]? name, byte[]? link, Dictionary<string, byte[]> records, long data, long size)
    {
        size = Math.Min(Record(records, "size") ?? size, content.Length - data);
        _next = After(data, size);
        return new()
        {
            Type = _header[156],
            Name = name ?? ShortName(),
            LinkName = link ?? Text(157, 100),
            Mode = Number(100, 8),
            UserId = Record(records, "uid") ?? Number(108, 8),
            GroupId = Record(records, "gid") ?? Number(116, 8),
            ModificationTime = Number(136, 12),
            MajorDevice = Number(329, 8),
            MinorDevice = Number(337, 8),
            Records = records,
            Data = data,
            Size = Math.Max(0, size),
        };
    }

    private (long Size, long Data)? ReadHeader()
    {
        if (_next + BlockLength > content.Length)
            return null;
        content.Read(_next, _header);
        var sum = 8 * ' ';
        foreach (var next in _header)
            sum += next;
        foreach (var next in _header.AsSpan(148, 8))
            sum -= next;
        var (size, data) = (Number(124, 12), _next + BlockLength);
        // In a header of zeros the sum would be that of blanks.
        return sum == Number(148, 8) && size >= 0 ? (Math.Min(size, content.Length - data), data) : null;
    }

    private static long After(long data, long size) => data + size + (-size & (BlockLength - 1));

    private byte[] ShortName()
    {
        var isUstar = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var (name, prefix) = (Text(0, 100), isUstar ? Text(345, 155) : []);
        return prefix.Length > 0 ? [.. prefix, (byte)'/', .. name] : name;
    }

    private byte[] Text(int at, int length) => Cut(_header.AsSpan(at, length));

    private static byte[] Cut(ReadOnlySpan<byte> field) =>
        field[..(field.IndexOf((byte)0) is var end and >= 0 ? end : field.Length)].ToArray();

    private long Number(int at, int length)
    {
        var field = _header.AsSpan(at, length);
        if ((field[0] & 0x80) != 0)
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        var value = 0L;
        foreach (var next in field.TrimStart((byte)' '))
        {
            if (next is < (byte)'0' or > (byte)'7')
                break;
            value = value << 3 | (uint)(next - '0');
        }
        return value;
    }

    private byte[]? ReadText(long data, long size) => size > MostRecords ? null : Cut(ReadData(data, size));

    private byte[] ReadData(long data, long size)
    {
        var bytes = new byte[size];
        content.Read(data, bytes);
        return bytes;
    }

    private Dictionary<string, byte[]> ReadRecords(long data, long size)
    {
        var records = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        ReadOnlySpan<byte> left = size > MostRecords ? [] : ReadData(data, size);
        while (left.IndexOf((byte)' ') is var blank and > 0
            && int.TryParse(left[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length > blank + 1 && length <= left.Length)
        {
            var record = left[(blank + 1)..length];
            if (record.IndexOf((byte)'=') is var equals and > 0 && record[^1] == (byte)'\n')
                records[Encoding.UTF8.GetString(record[..equals])] = record[(equals + 1)..^1].ToArray();
            left = left[length..];
        }
        return records;
    }

    private static long? Record(Dictionary<string, byte[]> records, string name) =>
        records.TryGetValue(name, out var value)
            && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
