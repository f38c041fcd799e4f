namespace Diffah.Engine.Compression;

/// <summary>What the header of a zstd frame says (RFC 8878 §3.1.1.1).</summary>
internal static class ZstdFrameHeader
{
    /// <summary>How many first bytes are looked at.</summary>
    public const int Length = 6;

    private const int SingleSegment = 0x20;

    /// <summary>How far the frame looks back, in bytes; null where it keeps all of its content, or is no frame.</summary>
    /// <param name="start">The frame's first bytes.</param>
    public static long? WindowSize(ReadOnlySpan<byte> start)
    {
        if (start.Length < Length || CompressionFormat.Detect(start) != CompressionKind.Zstd || (start[4] & SingleSegment) != 0)
            return null;
        var (exponent, mantissa) = (start[5] >> 3, start[5] & 7);
        var whole = 1L << (10 + exponent);
        return whole + (whole / 8 * mantissa);
    }
}
