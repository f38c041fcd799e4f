using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Nested;

/// <summary>
/// The central directory of a zip archive, found from the archive's end. It is the same in a file and in its skeleton,
/// but for where it stands.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint EndSignature = 0x06054B50;
    private const uint LargeEndSignature = 0x06064B50;
    private const uint LocatorSignature = 0x07064B50;
    private const int EndLength = 22;
    private const int LargeEndLength = 56;
    private const int LocatorLength = 20;

    private ZipDirectory(int start, ZipEntry[] entries) => (Start, Entries) = (start, entries);

    /// <summary>Where in the file it begins.</summary>
    public int Start { get; }

    /// <summary>The entries whose data can be cut out, in the order of their local headers.</summary>
    public ZipEntry[] Entries { get; }

    /// <summary>Finds the directory; null where the bytes do not end as an archive does.</summary>
    /// <param name="bytes">The file, or its skeleton.</param>
    /// <param name="removed">How many bytes the skeleton has less than the file.</param>
    public static ZipDirectory? Find(ReadOnlySpan<byte> bytes, int removed)
    {
        long end = FindEnd(bytes);
        if (end < 0 || !ReadEnd(bytes, ref end, out var count, out var length, out var offset))
            return null;
        var start = end - length;
        if (start < 0 || offset > start + removed || count > NestedBounds.Entries
            || count * ZipEntry.RecordLength > length)
            return null;
        var entries = ReadEntries(bytes[..(int)end], (int)start, (int)count, start + removed - offset);
        return entries is null ? null : new((int)start + removed, entries);
    }

    /// <summary>Where the record is whose comment goes on to the very end.</summary>
    private static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        Span<byte> signature = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, EndSignature);
        var from = Math.Max(0, bytes.Length - EndLength - ushort.MaxValue);
        for (var tail = bytes[from..]; ;)
        {
            var at = tail.LastIndexOf(signature);
            if (at < 0)
                return -1;
            var left = bytes.Length - from - at - EndLength;
            if (left >= 0 && Number(bytes, from + at + 20) == left)
                return from + at;
            tail = tail[..at];
        }
    }

    private static bool ReadEnd(
        ReadOnlySpan<byte> bytes, ref long end, out long count, out long length, out long offset)
    {
        var record = bytes.Slice((int)end, EndLength);
        (count, length, offset) = (Number(record, 10), Size(record, 12), Size(record, 16));
        if (Number(record, 4) != 0 || Number(record, 6) != 0 || Number(record, 8) != count)
            return false;
        var locator = (int)end - LocatorLength;
        if (locator < LargeEndLength || Size(bytes, locator) != LocatorSignature)
            return true;
        record = bytes.Slice(locator - LargeEndLength, LargeEndLength);
        if (Size(record, 0) != LargeEndSignature || Large(record, 4) != LargeEndLength - 12)
            return false;
        end = locator - LargeEndLength;
        (count, length, offset) = (Large(record, 32), Large(record, 40), Large(record, 48));
        return Size(record, 16) == 0 && Size(record, 20) == 0 && Large(record, 24) == count
            && count >= 0 && length >= 0 && offset >= 0;
    }

    private static ZipEntry[]? ReadEntries(ReadOnlySpan<byte> bytes, int start, int count, long shift)
    {
        var entries = new List<ZipEntry>();
        var at = start;
        for (var index = 0; index < count; index++)
        {
            var length = ZipEntry.Read(bytes[at..], at, index, shift, out var entry);
            if (length == 0)
                return null;
            if (entry is { } known)
                entries.Add(known);
            at += length;
        }
        if (at != bytes.Length)
            return null;
        entries.Sort((one, other) => (one.Header, one.Index).CompareTo((other.Header, other.Index)));
        return [.. entries];
    }

    private static ushort Number(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Size(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Large(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
