using System.Text;

namespace Diffah.Samples;

/// <summary>
/// Writes a tar: ustar headers (POSIX.1-1988), pax records (POSIX.1-2001) or GNU long names where those do not do. Not
/// System.Formats.Tar, which puts its process id and the time of day into pax entries: samples are to be the same each
/// time.
/// </summary>
internal sealed class TarFile(Stream output)
{
    private const int Block = 512;

    private static readonly DateTimeOffset Time = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>How names that do not fit into a header are written.</summary>
    public bool UseGnuLongNames { get; init; }

    /// <summary>Seconds since 1970 that entries say they were changed at.</summary>
    public long Modified { get; init; } = Time.ToUnixTimeSeconds();

    public void Folder(string name, int mode = 0b111_101_101) => Entry(name.TrimEnd('/') + "/", '5', mode, 0, "", null);

    public void Symlink(string name, string target) => Entry(name, '2', 0b111_111_111, 0, target, null);

    public void HardLink(string name, string target) => Entry(name, '1', 0b110_100_100, 0, target, null);

    public void File(
        string name, ReadOnlySpan<byte> content, int mode =
            0b110_100_100, IReadOnlyDictionary<string, string>? records = null)
    {
        Entry(name, '0', mode, content.Length, "", records);
        output.Write(content);
        Pad(content.Length);
    }

    public void File(string name, Stream content, long size)
    {
        Entry(name, '0', 0b110_100_100, size, "", null);
        content.CopyTo(output);
        Pad(size);
    }

    /// <summary>Two empty blocks end a tar.</summary>
    public void Finish() => output.Write(new byte[2 * Block]);

    private void Entry(
        string name, char type, int mode, long size, string link, IReadOnlyDictionary<string, string>? records)
    {
        var pax = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in records ?? new Dictionary<string, string>())
            pax[key] = value;
        if (!Fits(name))
            Long(pax, 'L', "path", name);
        if (!Fits(link))
            Long(pax, 'K', "linkpath", link);
        if (pax.Count > 0)
            Extra("PaxHeaders/sample", 'x', PaxRecords(pax));
        Header(Short(name), type, mode, size, Short(link));
    }

    private void Long(SortedDictionary<string, string> pax, char gnuType, string key, string value)
    {
        if (UseGnuLongNames)
            Extra("././@LongLink", gnuType, Encoding.UTF8.GetBytes(value + "\0"));
        else
            pax[key] = value;
    }

    private void Extra(string name, char type, byte[] content)
    {
        Header(name, type, 0b110_100_100, content.Length, "");
        output.Write(content);
        Pad(content.Length);
    }

    private void Header(string name, char type, int mode, long size, string link)
    {
        var header = new byte[Block];
        Put(header, 0, name);
        Put(header, 100, Octal(mode, 7));
        Put(header, 108, Octal(0, 7));
        Put(header, 116, Octal(0, 7));
        Put(header, 124, Octal(size, 11));
        Put(header, 136, Octal(Modified, 11));
        Put(header, 148, "        ");
        header[156] = (byte)type;
        Put(header, 157, link);
        Put(header, 257, UseGnuLongNames ? "ustar  " : "ustar\0" + "00");
        Put(header, 148, Octal(header.Sum(b => b), 6) + "\0 ");
        output.Write(header);
    }

    private void Pad(long size) => output.Write(new byte[(Block - (size % Block)) % Block]);

    private static bool Fits(string text) => text.Length <= 100 && text.All(char.IsAscii);

    private static string Short(string text) => Fits(text) ? text : new string([.. text.Where(char.IsAscii).Take(100)]);

    private static void Put(byte[] header, int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    /// <summary>Records are <c>LENGTH KEY=VALUE\n</c>, and the length counts its own digits.</summary>
    private static byte[] PaxRecords(SortedDictionary<string, string> records)
    {
        using var bytes = new MemoryStream();
        foreach (var (key, value) in records)
        {
            var rest = Encoding.UTF8.GetBytes($" {key}={value}\n");
            var length = rest.Length + 1;
            while (length != rest.Length + $"{length}".Length)
                length = rest.Length + $"{length}".Length;
            bytes.Write(Encoding.ASCII.GetBytes($"{length}"));
            bytes.Write(rest);
        }
        return bytes.ToArray();
    }
}
