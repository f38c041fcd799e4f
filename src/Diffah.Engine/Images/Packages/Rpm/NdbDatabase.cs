using System.Buffers.Binary;

namespace Diffah.Engine.Images.Packages.Rpm;

/// <summary>
/// Reads the packages of rpm's own form of database, NDB, which SUSE uses: pages of slots, and what these point to in
/// blocks behind them (rpm, lib/backend/ndb/rpmpkg.c).
/// </summary>
internal static class NdbDatabase
{
    private const int PageSize = 4096;
    private const int SlotSize = 16;
    private const int HeaderSize = 32;
    private const int BlockSize = 16;
    private const int BlobHeadSize = 16;
    private const uint Version = 0;

    /// <summary>The headers of all packages.</summary>
    /// <param name="file">The file, which can seek; not owned.</param>
    /// <param name="maximum">The most bytes of a header.</param>
    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public static IEnumerable<byte[]> ReadHeaders(Stream file, int maximum)
    {
        var page = ReadPage(file, 0);
        if (!page.AsSpan().StartsWith("RpmP"u8) || Number(page, 4) != Version)
            throw new InvalidDataException("it is no database of a form that is read");
        var pages = Number(page, 12);
        // Slots may share their blocks in a file that was made to take long.
        var left = file.Length;
        for (var i = 0; i < pages; i++)
        {
            if (i > 0)
                page = ReadPage(file, i);
            for (var slot = i == 0 ? HeaderSize : 0; slot < PageSize; slot += SlotSize)
            {
                if (!page.AsSpan(slot).StartsWith("Slot"u8))
                    throw Damaged();
                var package = Number(page, slot + 4);
                if (package == 0)
                    continue;
                var header = ReadBlob(file, package, Number(page, slot + 8), Math.Min(maximum, left));
                left -= header.Length;
                yield return header;
            }
        }
    }

    private static byte[] ReadBlob(Stream file, uint package, long block, long maximum)
    {
        var head = Read(file, block * BlockSize, BlobHeadSize);
        var length = Number(head, 12);
        if (!head.AsSpan().StartsWith("BlbS"u8) || Number(head, 4) != package || length > maximum)
            throw Damaged();
        return Read(file, (block * BlockSize) + BlobHeadSize, (int)length);
    }

    private static byte[] ReadPage(Stream file, long number) => Read(file, number * PageSize, PageSize);

    private static byte[] Read(Stream file, long at, int length)
    {
        if (at > file.Length - length)
            throw Damaged();
        var bytes = new byte[length];
        file.Position = at;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static uint Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static InvalidDataException Damaged() => new("its slots or blocks are damaged");
}
