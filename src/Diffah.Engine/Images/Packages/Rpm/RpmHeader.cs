using System.Buffers.Binary;
using System.Text;

namespace Diffah.Engine.Images.Packages.Rpm;

/// <summary>What the header of an installed rpm package says of it (rpm, "RPM V4 Package format").</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Epoch where it has one, version and release: <c>[epoch:]version-release</c>.</param>
/// <param name="Architecture">The architecture; null where it has none.</param>
internal sealed record RpmHeader(string Name, string Version, string? Architecture)
{
    private const int EntryLength = 16;
    private const int Int32Type = 4;
    private const int StringType = 6;
    private const int NameTag = 1000;
    private const int VersionTag = 1001;
    private const int ReleaseTag = 1002;
    private const int EpochTag = 1003;
    private const int ArchitectureTag = 1022;

    /// <summary>Reads a header as databases have it: without the mark that one has in a file.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">It is damaged, or has no name or version.</exception>
    public static RpmHeader Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            throw Damaged();
        var (count, length) = (Number(bytes, 0), Number(bytes, 4));
        if (count > (uint)(bytes.Length - 8) / EntryLength || length > bytes.Length - 8 - (count * EntryLength))
            throw Damaged();
        var entries = bytes.Slice(8, (int)count * EntryLength);
        var data = bytes.Slice(8 + entries.Length, (int)length);
        var epoch = FindNumber(entries, data, EpochTag);
        var (version, release) = (FindText(entries, data, VersionTag), FindText(entries, data, ReleaseTag));
        return new RpmHeader(
            FindText(entries, data, NameTag) ?? throw Damaged(),
            (epoch is null ? "" : $"{epoch}:") + (version ?? throw Damaged()) + (release is null ? "" : $"-{release}"),
            FindText(entries, data, ArchitectureTag));
    }

    private static string? FindText(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> data, uint tag)
    {
        var text = Find(entries, data, tag, StringType);
        if (text.IsEmpty)
            return null;
        var end = text.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(text[..end]) : throw Damaged();
    }

    private static uint? FindNumber(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> data, uint tag)
    {
        var number = Find(entries, data, tag, Int32Type);
        return number.IsEmpty ? null : number.Length >= 4 ? Number(number, 0) : throw Damaged();
    }

    // The data from where the value of a tag begins; nothing where there is no such tag.
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> data, uint tag, uint type)
    {
        for (var entry = entries; entry.Length > 0; entry = entry[EntryLength..])
        {
            if (Number(entry, 0) == tag && Number(entry, 4) == type)
                return Number(entry, 8) is var at && at < data.Length ? data[(int)at..] : throw Damaged();
        }
        return [];
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static InvalidDataException Damaged() => new("the header of a package is damaged");
}
