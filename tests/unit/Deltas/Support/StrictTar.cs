using System.Globalization;
using System.Text;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Reads a tar block by block and tells everything about it that a delta archive must not have.</summary>
internal sealed class StrictTar
{
    private const int Block = 512;
    private const long LargestOctalSize = 0x1_FFFF_FFFF;

    private readonly byte[] _tar;
    private readonly List<string> _problems;
    private int _at;

    private StrictTar(byte[] tar, List<string> problems) => (_tar, _problems) = (tar, problems);

    public static List<(string Name, byte[] Content)> Read(byte[] tar, List<string> problems) =>
        new StrictTar(tar, problems).ReadAll();

    private List<(string Name, byte[] Content)> ReadAll()
    {
        var entries = new List<(string, byte[])>();
        if (_tar.Length % Block != 0)
            _problems.Add("the archive is no whole number of blocks");
        while (_at + Block <= _tar.Length && _tar.AsSpan(_at, Block).ContainsAnyExcept((byte)0))
        {
            if (ReadEntry() is not { } entry)
                return entries;
            entries.Add(entry);
        }
        if (_tar.Length - _at != 2 * Block || _tar.AsSpan(_at).ContainsAnyExcept((byte)0))
            _problems.Add("the archive does not end in exactly two zero blocks");
        return entries;
    }

    private (string, byte[])? ReadEntry()
    {
        string? longName = null;
        long? longSize = null;
        if (_tar[_at + 156] == 'x' && !ReadPax(out longName, out longSize))
            return null;
        var header = _tar.AsSpan(_at, Block).ToArray();
        _at += Block;
        var name = longName ?? Text(header, 0, 100);
        CheckHeader(header, name, '0');
        var size = longSize ?? Octal(header, 124, 12, name);
        return Content(size, name) is { } content ? (name, content) : null;
    }

    private bool ReadPax(out string? name, out long? size)
    {
        (name, size) = (null, null);
        var header = _tar.AsSpan(_at, Block).ToArray();
        _at += Block;
        CheckHeader(header, "a pax header", 'x');
        if (Content(Octal(header, 124, 12, "a pax header"), "a pax header") is not { } records
            || _at + Block > _tar.Length)
            return false;
        foreach (var (key, value) in Records(records))
        {
            if (key == "path")
                name = value;
            else if (key == "size")
                size = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
            else
                _problems.Add($"the pax record {key} does not belong");
        }
        if ((name?.Length ?? 0) <= 100 && (size ?? 0) <= LargestOctalSize)
            _problems.Add("a pax header stands where none is needed");
        return true;
    }

    private IEnumerable<(string Key, string Value)> Records(byte[] content)
    {
        for (var at = 0; at < content.Length;)
        {
            var space = Array.IndexOf(content, (byte)' ', at);
            if (space < 0 || !int.TryParse(Encoding.ASCII.GetString(content, at, space - at), NumberStyles.None,
                CultureInfo.InvariantCulture, out var length) || at + length > content.Length
                || content[at + length - 1] != '\n')
            {
                _problems.Add("a pax record is damaged");
                yield break;
            }
            var record = Encoding.UTF8.GetString(content, space + 1, at + length - 1 - space - 1).Split('=', 2);
            at += length;
            yield return (record[0], record.Length == 2 ? record[1] : "");
        }
    }

    private byte[]? Content(long size, string name)
    {
        var padded = (size + Block - 1) / Block * Block;
        if (size < 0 || padded > _tar.Length - _at)
        {
            _problems.Add($"{name} is cut short");
            return null;
        }
        var content = _tar.AsSpan(_at, (int)size).ToArray();
        if (_tar.AsSpan(_at + (int)size, (int)(padded - size)).ContainsAnyExcept((byte)0))
            _problems.Add($"the padding of {name} is not zero");
        _at += (int)padded;
        return content;
    }

    private void CheckHeader(byte[] header, string name, char type)
    {
        Check(header[156] == type, name, "is not a regular file");
        Check(Octal(header, 100, 8, name) == 0b110_100_100, name, "does not have mode 0644");
        Check(Octal(header, 108, 8, name) == 0 && Octal(header, 116, 8, name) == 0, name, "is not owned by 0:0");
        Check(Octal(header, 136, 12, name) == 0, name, "has another time than 0");
        Check(!header.AsSpan(157, 100).ContainsAnyExcept((byte)0), name, "has a link name");
        Check(header.AsSpan(257, 8).SequenceEqual("ustar\0"u8.ToArray().Concat("00"u8.ToArray()).ToArray()), name,
            "has no ustar magic");
        Check(!header.AsSpan(265, 64).ContainsAnyExcept((byte)0), name, "names an owner or a group");
        Check(Octal(header, 329, 8, name) == 0 && Octal(header, 337, 8, name) == 0, name, "has a device number");
        Check(!header.AsSpan(345).ContainsAnyExcept((byte)0), name, "has something in its header's prefix or padding");
        var stored = Octal(header, 148, 7, name);
        header.AsSpan(148, 8).Fill((byte)' ');
        Check(stored == header.Sum(b => b), name, "has a wrong checksum");
    }

    private void Check(bool condition, string name, string problem)
    {
        if (!condition)
            _problems.Add($"{name} {problem}");
    }

    private long Octal(byte[] header, int at, int length, string name)
    {
        var text = Text(header, at, length);
        if (text.Length == 0 || text.Any(c => c is < '0' or > '7'))
        {
            _problems.Add($"{name} has a number field that is not octal digits");
            return -1;
        }
        return Convert.ToInt64(text, 8);
    }

    private static string Text(byte[] header, int at, int length)
    {
        var field = header.AsSpan(at, length);
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
