namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Where a block of a frame is.</summary>
/// <param name="Offset">Of its header, in the stream.</param>
/// <param name="Length">Its bytes in the stream, its header of three bytes with them.</param>
/// <param name="ContentLength">Bytes of content that it stands for.</param>
internal readonly record struct BlockPlace(long Offset, int Length, int ContentLength)
{
    /// <summary>Bytes of a block's header.</summary>
    public const int HeaderLength = 3;

    /// <summary>The most content that a block stands for, in bytes.</summary>
    public const int MaximumContent = 128 * 1024;

    /// <summary>Bytes of the block whose header this is; null where there is no such block.</summary>
    /// <param name="header">The header; its three bytes are there.</param>
    public static int? LengthOf(ReadOnlySpan<byte> header)
    {
        const int rle = 1;
        const int reserved = 3;
        var size = (header[0] | header[1] << 8 | header[2] << 16) >> 3;
        var type = header[0] >> 1 & 3;
        return type == reserved || size > MaximumContent ? null
            : HeaderLength + (type == rle ? 1 : size);
    }

    /// <summary>Whether the block whose header this is ends its frame.</summary>
    /// <param name="header">The header.</param>
    public static bool IsLast(ReadOnlySpan<byte> header) => (header[0] & 1) != 0;
}
