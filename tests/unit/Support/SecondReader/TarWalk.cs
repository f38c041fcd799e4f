using System.Globalization;
using System.Text;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>A header, its data and its padding.</summary>
internal readonly record struct TarRecord(int Header, int Data, int Length, int End);

/// <summary>The records of a content (content-patch.md, "Words").</summary>
internal static class TarWalk
{
    private const int Block = 512;
    private const int MostRecords = 1 << 22;
    private const int LargestPax = 1 << 20;
    private const ulong LargestSize = 1UL << 62;

    /// <summary>The records, and where the tail begins.</summary>
    public static (List<TarRecord> Records, int Tail) Of(byte[] content)
    {
        var records = new List<TarRecord>();
        var at = 0;
        ulong? paxSize = null;
        while (records.Count < MostRecords && at + Block <= content.Length)
        {
            var header = content.AsSpan(at, Block);
            var type = header[156];
            var isOwn = type is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K';
            if (!HasChecksum(header) || DataLength(header, isOwn ? null : paxSize) is not { } length)
                break;
            if (type == 'S' && header[482] != 0)
            {
                var maps = 0UL;
                do
                {
                    maps += Block;
                    if ((ulong)at + maps + Block > (ulong)content.Length)
                        return (records, at);
                }
                while (content[at + (int)maps + 504] != 0);
                length += maps;
            }
            if (length > (ulong)(content.Length - at - Block))
                break;
            var end = Math.Min((long)at + Block + (((long)length + Block - 1) / Block * Block), content.Length);
            records.Add(new TarRecord(at, at + Block, (int)length, (int)end));
            if (type == 'x')
                paxSize = length <= LargestPax ? SizeOf(content.AsSpan(at + Block, (int)length)) : null;
            else if (!isOwn)
                paxSize = null;
            at = (int)end;
        }
        return (records, at);
    }

    /// <summary>The data's length by a header alone; null where it is no number.</summary>
    public static ulong? DataLength(ReadOnlySpan<byte> header, ulong? paxSize = null)
    {
        if (header[156] is >= (byte)'1' and <= (byte)'6')
            return 0;
        var name = header[..100];
        name = name.IndexOf((byte)0) is var end && end >= 0 ? name[..end] : name;
        if (header[156] == 0 && name.EndsWith("/"u8))
            return 0;
        return (paxSize ?? Number(header.Slice(124, 12))) is { } size && size <= LargestSize ? size : null;
    }

    /// <summary>A field's number; null where it has none, or a negative one.</summary>
    public static ulong? Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return Base256(field);
        var digits = field.Trim(" \0"u8);
        var value = 0UL;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            value = value * 8 + (ulong)(digit - '0');
        }
        return value;
    }

    public static uint Sum(ReadOnlySpan<byte> header, bool isSigned = false)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
        {
            if (i is < 148 or >= 156)
                sum += isSigned ? (sbyte)header[i] : header[i];
        }
        return (uint)sum;
    }

    private static bool HasChecksum(ReadOnlySpan<byte> header) => Number(header.Slice(148, 8)) is { } stored
        && (stored == Sum(header) || stored == (ulong)(int)Sum(header, isSigned: true));

    private static ulong? Base256(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x40) != 0)
            return null;
        var value = (System.UInt128)(field[0] & 0x3Fu);
        foreach (var b in field[1..])
            value = (value << 8) | b;
        return value <= ulong.MaxValue ? (ulong)value : null;
    }

    private static ulong? SizeOf(ReadOnlySpan<byte> pax)
    {
        ulong? size = null;
        while (!pax.IsEmpty)
        {
            var space = pax.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(pax[..space], NumberStyles.None, CultureInfo.InvariantCulture,
                out var length) || length < space + 3 || length > pax.Length || pax[length - 1] != '\n')
                return size;
            var record = Encoding.UTF8.GetString(pax[(space + 1)..(length - 1)]);
            if (record.IndexOf('=', StringComparison.Ordinal) <= 0)
                return size;
            if (record.StartsWith("size=", StringComparison.Ordinal))
                size = ulong.TryParse(record[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    && value <= LargestSize ? value : null;
            pax = pax[length..];
        }
        return size;
    }
}
