using System.Buffers.Binary;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Walks through a zstd frame without decoding it (RFC 8878 §3.1.1).</summary>
internal static class ZstdFrame
{
    /// <summary>Says why the bytes are not exactly one frame; null where they are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="contentSize">What the frame's header says its content has; null where it says nothing.</param>
    public static string? WhyNotOne(byte[] bytes, out long? contentSize)
    {
        contentSize = null;
        if (bytes.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != 0xFD2FB528)
            return "it does not begin with a zstd frame";
        var descriptor = bytes[4];
        var (sizeFlag, single, checksum, dictionary) = (descriptor >> 6, (descriptor & 0x20) != 0,
            (descriptor & 0x04) != 0, descriptor & 3);
        var at = 5 + (single ? 0 : 1) + (dictionary == 3 ? 4 : dictionary);
        var sizeLength = sizeFlag == 0 ? (single ? 1 : 0) : 1 << sizeFlag;
        if (at + sizeLength > bytes.Length)
            return "its header is cut short";
        contentSize = Size(bytes.AsSpan(at, sizeLength));
        return WalkBlocks(bytes, at + sizeLength, checksum ? 4 : 0);
    }

    private static string? WalkBlocks(byte[] bytes, int at, int checksumLength)
    {
        for (var last = false; !last;)
        {
            if (at + 3 > bytes.Length)
                return "a block is cut short";
            var header = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
            last = (header & 1) != 0;
            var type = (header >> 1) & 3;
            if (type == 3)
                return "a block has the reserved type";
            at += 3 + (type == 1 ? 1 : header >> 3);
        }
        return at + checksumLength == bytes.Length ? null : "it is cut short, or something follows the frame";
    }

    private static long? Size(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        8 => (long)BinaryPrimitives.ReadUInt64LittleEndian(field),
        _ => null,
    };
}
