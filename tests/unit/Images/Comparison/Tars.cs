using System.Formats.Tar;
using System.Text;

namespace Diffah.Tests.Images.Comparison;

/// <summary>Layers as the base library's own writer writes them, which shares nothing with our reader.</summary>
internal static class Tars
{
    public static readonly DateTimeOffset Time = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>A tar of entries, in the formats that they have.</summary>
    public static byte[] Of(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    public static UstarTarEntry File(string name, string content = "text", Action<UstarTarEntry>? change = null) =>
        Make(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = Bytes(content) }, change);

    public static UstarTarEntry Folder(string name, Action<UstarTarEntry>? change = null) =>
        Make(new UstarTarEntry(TarEntryType.Directory, name), change);

    public static UstarTarEntry Symlink(string name, string target) =>
        Make(new UstarTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target }, null);

    public static UstarTarEntry HardLink(string name, string target) =>
        Make(new UstarTarEntry(TarEntryType.HardLink, name) { LinkName = target }, null);

    public static UstarTarEntry Device(string name, int major, int minor) => Make(
        new UstarTarEntry(TarEntryType.CharacterDevice, name) { DeviceMajor = major, DeviceMinor = minor }, null);

    public static PaxTarEntry Pax(
        string name, string content = "text", TarEntryType type = TarEntryType.RegularFile,
        DateTimeOffset? modified = null, params (string Key, string Value)[] records)
    {
        var entry = new PaxTarEntry(type, name, records.ToDictionary(r => r.Key, r => r.Value));
        if (type == TarEntryType.RegularFile)
            entry.DataStream = Bytes(content);
        entry.ModificationTime = modified ?? Time;
        entry.Mode = (UnixFileMode)0b110_100_100;
        return entry;
    }

    public static GnuTarEntry Gnu(string name, string content = "text", Action<GnuTarEntry>? change = null) =>
        Make(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = Bytes(content) }, change);

    private static MemoryStream Bytes(string content) => new(Encoding.UTF8.GetBytes(content));

    private static T Make<T>(T entry, Action<T>? change) where T : TarEntry
    {
        entry.ModificationTime = Time;
        entry.Mode = (UnixFileMode)0b110_100_100;
        change?.Invoke(entry);
        return entry;
    }
}
