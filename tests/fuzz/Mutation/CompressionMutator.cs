using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Fuzz.Building;

namespace Diffah.Fuzz.Mutation;

/// <summary>Compresses as the world does: in one piece or several, with frames to skip, with more behind.</summary>
internal static class CompressionMutator
{
    private static readonly byte[] Skippable = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];

    /// <summary>The bytes in one of many forms; some are plain, some are damaged.</summary>
    public static byte[] Wrap(byte[] content, Dice dice)
    {
        var wrapped = dice.Below(8) switch
        {
            0 or 1 => Gzip(content),
            2 => InPieces(content, dice, Gzip),
            3 or 4 => Zstd(content),
            5 => InPieces(content, dice, Zstd),
            6 => [.. Skippable, .. Zstd(content), .. Skippable],
            _ => content,
        };
        return dice.Below(10) switch
        {
            0 => ByteMutator.Mutate(wrapped, dice),
            1 => [.. wrapped, .. new byte[dice.Of(1, 512, 10240)]],
            2 => Gzip(wrapped),
            _ => wrapped,
        };
    }

    public static byte[] Gzip(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return bytes.ToArray();
    }

    public static byte[] Zstd(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(bytes, new ZstdSettings(1, ContentSize: content.Length)))
        {
            zstd.Write(content);
            zstd.Finish();
        }
        return bytes.ToArray();
    }

    private static byte[] InPieces(byte[] content, Dice dice, Func<byte[], byte[]> compress)
    {
        var at = dice.Below(content.Length + 1);
        return [.. compress(content[..at]), .. compress(content[at..])];
    }
}
