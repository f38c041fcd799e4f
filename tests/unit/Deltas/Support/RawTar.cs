using System.Globalization;
using System.Text;

namespace Diffah.Tests.Deltas.Support;

/// <summary>One entry of a tar, right or wrong: every field can be set.</summary>
internal sealed record RawEntry(string Name, byte[] Content)
{
    public char Type { get; init; } = '0';

    public int Mode { get; init; } = 0b110_100_100;

    public int Owner { get; init; }

    public int Modified { get; init; }

    public string Link { get; init; } = "";

    /// <summary>The size field's bytes, where they are to be other than the content's size.</summary>
    public byte[]? SizeField { get; init; }

    /// <summary>What stands between this entry's content and the next header.</summary>
    public byte PaddingByte { get; init; }

    /// <summary>What is added to the right checksum.</summary>
    public int ChecksumError { get; init; }

    /// <summary>Eleven octal digits and a NUL.</summary>
    public static byte[] Octal(long size) => Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0");

    /// <summary>GNU's base-256 form, which can say negative sizes.</summary>
    public static byte[] Base256(long size)
    {
        var field = new byte[12];
        for (var i = 11; i >= 0; i--, size >>= 8)
            field[i] = (byte)size;
        field[0] |= 0x80;
        return field;
    }

    /// <summary>A pax header for the next entry.</summary>
    public static RawEntry Pax(params (string Key, string Value)[] records) =>
        new("pax", Encoding.UTF8.GetBytes(string.Concat(records.Select(r => Record(r.Key, r.Value))))) { Type = 'x' };

    private static string Record(string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        var length = rest + 1;
        while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length)
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        return $"{length} {key}={value}\n";
    }
}

/// <summary>Writes tars entry by entry, as they are told.</summary>
internal static class RawTar
{
    public const int Block = 512;

    public static byte[] Write(IEnumerable<RawEntry> entries, int endBlocks = 2)
    {
        using var bytes = new MemoryStream();
        foreach (var entry in entries)
        {
            bytes.Write(Header(entry));
            bytes.Write(entry.Content);
            for (var i = entry.Content.Length; i % Block != 0; i++)
                bytes.WriteByte(entry.PaddingByte);
        }
        bytes.Write(new byte[endBlocks * Block]);
        return bytes.ToArray();
    }

    public static byte[] Header(RawEntry entry)
    {
        var header = new byte[Block];
        Encoding.UTF8.GetBytes(entry.Name.Length > 100 ? entry.Name[..100] : entry.Name, header);
        Put(header, 100, Convert.ToString(entry.Mode, 8).PadLeft(7, '0'));
        Put(header, 108, Convert.ToString(entry.Owner, 8).PadLeft(7, '0'));
        Put(header, 116, Convert.ToString(entry.Owner, 8).PadLeft(7, '0'));
        (entry.SizeField ?? RawEntry.Octal(entry.Content.Length)).CopyTo(header, 124);
        Put(header, 136, Convert.ToString(entry.Modified, 8).PadLeft(11, '0'));
        header[156] = (byte)entry.Type;
        Put(header, 157, entry.Link);
        Put(header, 257, "ustar\0" + "00");
        Put(header, 329, "0000000");
        Put(header, 337, "0000000");
        Put(header, 148, "        ");
        Put(header, 148, Convert.ToString(header.Sum(b => b) + entry.ChecksumError, 8).PadLeft(6, '0') + "\0 ");
        return header;
    }

    private static void Put(byte[] header, int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
}
