using Diffah.Engine.Compression.Gzip;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Puts files of parts together (content-patch.md, "Files of parts").</summary>
internal static class NestedLayoutReader
{
    private const int LongestPart = 1 << 26;

    /// <summary>Reads a layout and makes its file.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="length">The file's bytes.</param>
    /// <param name="oldLength">Bytes of the old file's first part; null without an old file.</param>
    /// <param name="part">Gives the next part, of so many bytes.</param>
    public static byte[] Read(PatchCursor layout, int length, int? oldLength, Func<int, byte[]> part)
    {
        var flags = layout.Byte();
        if ((flags & 1) != 0)
            return Zip(layout, flags, length, First(layout, oldLength ?? length), part);
        if (flags == 2)
        {
            var recipe = layout.Take(layout.Count(length + 1024L));
            return Deflaters.Rebuild(part((int)GzipRecipe.Read(recipe).ContentLength), recipe);
        }
        return (flags & ~12) is 0 or 16 or 32 && (flags & 4) * (flags & 48) == 0
            ? Gzip(layout, flags, First(layout, oldLength ?? length), part)
            : throw new InvalidDataException("a layout is of no kind");
    }

    private static int First(PatchCursor layout, int guess)
    {
        var length = guess + layout.Signed();
        return length is >= 0 and <= 1 << 30
            ? (int)length
            : throw new InvalidDataException("a part has no length");
    }

    private static byte[] Gzip(PatchCursor layout, int flags, int length, Func<int, byte[]> part)
    {
        var header = (flags & 4) != 0
            ? layout.Take(layout.Count(1 << 17))
            : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, (byte)(2 * (flags >> 4)), 3];
        var encoder = (flags & 8) != 0
            ? layout.Take(2)
            : [4, (byte)(header[8] switch { 2 => 9, 4 => 1, _ => 6 })];
        var content = part(length);
        return [.. header, .. Deflaters.Deflate(content, encoder[0], encoder[1]), .. Deflaters.Checksum(content),
            .. BitConverter.GetBytes(content.Length)];
    }

    private static byte[] Zip(
        PatchCursor layout, int flags, int length, int skeletonLength, Func<int, byte[]> part)
    {
        if (flags >= 16)
            throw new InvalidDataException("a layout is of no kind");
        var runs = (flags & 2) != 0
            ? Enumerable.Range(0, layout.Count(1 << 16)).Select(_ => layout.Count(1 << 16)).ToArray() : [];
        var encoders = (flags & 4) != 0
            ? Enumerable.Range(0, layout.Count(1 << 16)).Select(_ => (Count: layout.Count(1 << 16),
                Family: layout.Byte(), Level: layout.Byte())).ToArray() : [(1 << 16, (byte)2, (byte)6)];
        var recipes = (flags & 8) != 0 ? layout.Take(layout.Count(layout.Left)) : null;
        var skeleton = part(skeletonLength);
        var directory = ZipDirectory.Find(skeleton) ?? throw new InvalidDataException("a skeleton has no directory");
        using var ways = encoders.SelectMany(e => Enumerable.Repeat((e.Family, e.Level), e.Count)).GetEnumerator();
        var (made, done, recipe) = (new List<byte>(), 0, 0);
        foreach (var (entry, data) in directory.CutFromSkeleton(skeleton, length - skeletonLength, runs))
        {
            made.AddRange(skeleton.AsSpan(done, data - done));
            done = data;
            if (entry.Length > LongestPart)
                throw new InvalidDataException("a part is too long");
            var content = part(entry.Length);
            if (entry.Method == 8)
            {
                var (family, level) = ways.MoveNext() ? ways.Current
                    : throw new InvalidDataException("a stream has no encoder");
                content = (family, level) == (0, 0) ? Deflaters.Rebuild(content, recipes!, recipe++)
                    : Deflaters.Deflate(content, family, level);
            }
            if (content.Length != entry.Stored)
                throw new InvalidDataException("an entry's data have another length");
            made.AddRange(content);
        }
        made.AddRange(skeleton.AsSpan(done));
        return [.. made];
    }
}
