namespace Diffah.Tests.Support.SecondReader;

/// <summary>An entry of a zip archive as its directory says.</summary>
internal readonly record struct ZipEntry(int Method, int Flags, int Stored, int Length, long Offset)
{
    private const int NotOpened = 1 | (1 << 5) | (1 << 6) | (1 << 13);

    /// <summary>By its record alone, it may be cut out.</summary>
    public bool MayBeCut => (Method == 8 || (Method == 0 && Stored == Length)) && (Flags & NotOpened) == 0
        && Stored > 0 && Length > 0 && Length <= OldParts.Bound(Stored);
}

/// <summary>The directory of a zip archive, found from its end.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Stated">Where its end record says that it begins.</param>
/// <param name="Entries">Its entries, in the order of their local headers.</param>
internal sealed record ZipDirectory(int Start, long Stated, List<ZipEntry> Entries)
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int LongEndLength = 56;
    private const int RecordLength = 46;
    private const int LocalLength = 30;
    private const long Longest = 1L << 30;

    public static ZipDirectory? Find(byte[] file)
    {
        for (var at = file.Length - EndLength; at >= 0 && at >= file.Length - EndLength - ushort.MaxValue; at--)
        {
            if (Number(file, at, 4) == 0x06054B50 && at + EndLength + Number(file, at + 20, 2) == file.Length)
                return Read(file, at);
        }
        return null;
    }

    /// <summary>The entries whose data are cut out of the whole file, and where the data begin.</summary>
    public IEnumerable<(ZipEntry Entry, int Data)> CutFrom(byte[] file) =>
        Cut(file, Start, _ => true).Select(c => (c.Entry, (int)c.Data));

    /// <summary>The entries whose data were cut out, and where in the skeleton the data belong.</summary>
    /// <param name="skeleton">The skeleton.</param>
    /// <param name="removed">How many bytes were cut out in all.</param>
    /// <param name="runs">So many that could be cut out are, then so many are not; all behind the last are.</param>
    public IEnumerable<(ZipEntry Entry, int Data)> CutFromSkeleton(byte[] skeleton, int removed, int[] runs)
    {
        var before = 0L;
        foreach (var (entry, data) in Cut(skeleton, Start + removed, IsCut, isSkeleton: true))
        {
            yield return (entry, (int)(data - before));
            before += entry.Stored;
        }

        bool IsCut(int candidate)
        {
            for (var run = 0; run < runs.Length; run++)
            {
                if (candidate < runs[run])
                    return run % 2 == 0;
                candidate -= runs[run];
            }
            return true;
        }
    }

    // Places are those of the whole file; in a skeleton, what was cut out before is not there.
    private IEnumerable<(ZipEntry Entry, long Data)> Cut(
        byte[] bytes, long start, Func<int, bool> isCut, bool isSkeleton = false)
    {
        var (end, contents, removed, candidates) = (0L, 0L, 0L, 0);
        foreach (var entry in Entries.Where(e => e.MayBeCut))
        {
            var header = entry.Offset + start - Stated;
            var at = header - removed;
            if (header < end || at + LocalLength > Start || Number(bytes, (int)at, 4) != 0x04034B50
                || contents + entry.Length > Longest)
                continue;
            var data = header + LocalDataAt(bytes, (int)at);
            if (data + entry.Stored > start || !isCut(candidates++))
                continue;
            yield return (entry, data);
            (end, contents) = (data + entry.Stored, contents + entry.Length);
            removed += isSkeleton ? entry.Stored : 0;
        }
    }

    /// <summary>How far behind a local header its data begin.</summary>
    private static long LocalDataAt(byte[] file, int header) =>
        LocalLength + Number(file, header + 26, 2) + Number(file, header + 28, 2);

    private static ZipDirectory? Read(byte[] file, int end)
    {
        var (disk, count, size, stated) = (
            Number(file, end + 4, 2) | Number(file, end + 6, 2), Number(file, end + 10, 2), Number(file, end + 12, 4),
            Number(file, end + 16, 4));
        var isWhole = count == Number(file, end + 8, 2);
        var at = end - LocatorLength;
        if (at >= 0 && Number(file, at, 4) == 0x07064B50)
        {
            end = at - LongEndLength;
            if (end < 0 || Number(file, end, 4) != 0x06064B50)
                return null;
            (disk, count, size, stated) = (Number(file, end + 16, 4) | Number(file, end + 20, 4),
                Number(file, end + 32, 8), Number(file, end + 40, 8), Number(file, end + 48, 8));
            isWhole = count == Number(file, end + 24, 8);
        }
        return disk == 0 && isWhole && size >= 0 && size <= end && ReadRecords(
            file, (int)(end - size), end, count) is { } entries
                ? new ZipDirectory((int)(end - size), stated, [.. entries.OrderBy(e => e.Offset)])
                : null;
    }

    private static List<ZipEntry>? ReadRecords(byte[] file, int at, int end, long count)
    {
        var entries = new List<ZipEntry>();
        for (; at + RecordLength <= end && Number(file, at, 4) == 0x02014B50; at += (int)(RecordLength
            + Number(file, at + 28, 2) + Number(file, at + 30, 2) + Number(file, at + 32, 2)))
            entries.Add(new ZipEntry((int)Number(file, at + 10, 2), (int)Number(file, at + 8, 2),
                unchecked((int)Number(file, at + 20, 4)), unchecked((int)Number(file, at + 24, 4)),
                Number(file, at + 42, 4)));
        return at == end && entries.Count == count ? entries : null;
    }

    private static long Number(byte[] file, int at, int width)
    {
        var value = 0UL;
        for (var i = 0; i < width; i++)
            value |= (ulong)file[at + i] << (8 * i);
        return (long)value;
    }
}
