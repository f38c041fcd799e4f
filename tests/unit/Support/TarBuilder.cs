using System.Formats.Tar;
using System.Text;

namespace Diffah.Tests.Support;

/// <summary>Builds tars, well-formed and not.</summary>
internal sealed class TarBuilder
{
    private readonly List<byte> _bytes = [];

    /// <summary>Adds a regular file.</summary>
    public TarBuilder File(string name, byte[] content) =>
        Entry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    /// <summary>Adds a regular file of text.</summary>
    public TarBuilder File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Adds a folder.</summary>
    public TarBuilder Folder(string name) => Entry(new UstarTarEntry(TarEntryType.Directory, name));

    /// <summary>Adds a symbolic link.</summary>
    public TarBuilder Symlink(string name, string target) =>
        Entry(new UstarTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    /// <summary>Adds a hard link.</summary>
    public TarBuilder HardLink(string name, string target) =>
        Entry(new UstarTarEntry(TarEntryType.HardLink, name) { LinkName = target });

    /// <summary>Adds any entry.</summary>
    public TarBuilder Entry(TarEntry entry)
    {
        using var one = new MemoryStream();
        using (var writer = new TarWriter(one, TarEntryFormat.Pax, leaveOpen: true))
            writer.WriteEntry(entry);
        _bytes.AddRange(one.ToArray()[..^1024]); // without the end mark
        return this;
    }

    /// <summary>Adds a header as given, with a right checksum, and no content.</summary>
    public TarBuilder Header(string name, char type, string size)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\00000000\00000000\0"u8.CopyTo(header.AsSpan(100));
        Encoding.Latin1.GetBytes(size).CopyTo(header, 124);
        "00000000000\0        "u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)type;
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        Encoding.ASCII.GetBytes($"{Convert.ToString(header.Sum(b => b), 8),6}\0 ").CopyTo(header, 148);
        return Raw(header);
    }

    /// <summary>Adds bytes as they are.</summary>
    public TarBuilder Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The tar, with its end mark.</summary>
    public byte[] ToArray() => [.. _bytes, .. new byte[1024]];

    /// <summary>Writes the tar to a file.</summary>
    public void Save(string path) => System.IO.File.WriteAllBytes(path, ToArray());
}
