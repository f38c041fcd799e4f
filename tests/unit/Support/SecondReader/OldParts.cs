namespace Diffah.Tests.Support.SecondReader;

/// <summary>What is opened of old bytes (content-patch.md).</summary>
internal static class OldParts
{
    private const long Longest = 1L << 30;

    /// <summary>The parts of old bytes; they alone where they are neither a gzip file nor an archive.</summary>
    public static List<byte[]> Of(byte[] file)
    {
        if (file.Length > Longest)
            return [file];
        return GzipHeaderEnd(file, 0) is { }
            ? [Gzip(file) ?? file]
            : Zip(file) ?? [file];
    }

    /// <summary>The most that so many compressed bytes may hold.</summary>
    public static long Bound(long compressed) => Math.Min(1L << 26, 64 * compressed + 1024);

    private static byte[]? Gzip(byte[] file)
    {
        var content = new List<byte>();
        for (var at = 0; at < file.Length;)
        {
            if (GzipHeaderEnd(file, at) is not { } body
                || PlainInflater.Inflate(file, body, Bound(file.Length) - content.Count) is not { } inflated
                || inflated.End + 8 > file.Length)
                return null;
            content.AddRange(inflated.Content);
            at = inflated.End + 8;
        }
        return [.. content];
    }

    private static int? GzipHeaderEnd(byte[] file, int at)
    {
        if (at + 10 > file.Length || file[at] != 0x1F || file[at + 1] != 0x8B || file[at + 2] != 8
            || (file[at + 3] & 0xE0) != 0)
            return null;
        var (flags, end) = (file[at + 3], at + 10);
        if ((flags & 4) != 0)
        {
            if (end + 2 > file.Length)
                return null;
            end += 2 + (file[end] | (file[end + 1] << 8));
        }
        for (var text = 8; text <= 16; text *= 2)
        {
            if ((flags & text) == 0)
                continue;
            var zero = end < file.Length ? Array.IndexOf(file, (byte)0, end) : -1;
            if (zero < 0)
                return null;
            end = zero + 1;
        }
        end += (flags & 2) != 0 ? 2 : 0;
        return end <= file.Length ? end : null;
    }

    private static List<byte[]>? Zip(byte[] file)
    {
        if (ZipDirectory.Find(file) is not { } directory)
            return null;
        var cut = directory.CutFrom(file);
        var (skeleton, done) = (new List<byte>(), 0);
        var parts = new List<byte[]>();
        foreach (var (entry, data) in cut)
        {
            skeleton.AddRange(file.AsSpan(done, data - done));
            done = data + entry.Stored;
            var stored = file[data..done];
            var inflated = entry.Method == 8 ? PlainInflater.Inflate(file, data, entry.Length) : null;
            var isWhole = inflated is { } whole && whole.Content.Length == entry.Length && whole.End == done;
            parts.Add(isWhole ? inflated!.Value.Content : stored);
        }
        skeleton.AddRange(file.AsSpan(done));
        return [[.. skeleton], .. parts];
    }
}
