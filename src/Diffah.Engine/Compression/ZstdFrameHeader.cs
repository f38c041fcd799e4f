using System.Buffers.Binary;

namespace Diffah.Engine.Compression;

/// <summary>
/// What a zstd frame says of itself before its first block (RFC 8878, section 3.1.1). Needs no library.
/// </summary>
/// <param name="WindowSize">Bytes that decoding needs to look back.</param>
/// <param name="ContentSize">Bytes of the content; null where the frame does not say.</param>
internal readonly record struct ZstdFrameHeader(ulong WindowSize, ulong? ContentSize)
{
    /// <summary>Bytes of the header itself, its magic number with it.</summary>
    public int Length { get; init; }

    /// <summary>The window is the whole content, and the header has no window of its own.</summary>
    public bool IsSingleSegment { get; init; }

    /// <summary>Four bytes of checksum follow the last block.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>The frame names a dictionary.</summary>
    public bool HasDictionary { get; init; }

    /// <summary>The longest header there is, in bytes.</summary>
    public const int MaximumLength = 18;

    private const uint Magic = 0xFD2FB528;

    /// <summary>Reads a header; null where the bytes are none.</summary>
    /// <param name="bytes">The beginning of the frame, <see cref="MaximumLength"/> bytes or as many as there
    /// are.</param>
    public static ZstdFrameHeader? Read(ReadOnlySpan<byte> bytes)
    {
        const int reserved = 0x08;
        if (bytes.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || (bytes[4] & reserved) != 0)
            return null;
        var descriptor = bytes[4];
        var single = (descriptor & 0x20) != 0;
        var window = single ? 0 : Window(bytes[5]);
        var at = (single ? 5 : 6) + DictionaryLength(descriptor & 3);
        var length = SizeLength(descriptor >> 6, single);
        if (bytes.Length < at + length)
            return null;
        ulong? size = length == 0 ? null : Size(bytes.Slice(at, length));
        return new ZstdFrameHeader(single ? size!.Value : window, size)
        {
            Length = at + length,
            IsSingleSegment = single,
            HasChecksum = (descriptor & 4) != 0,
            HasDictionary = (descriptor & 3) != 0,
        };
    }

    private static ulong Window(byte descriptor)
    {
        var power = 1UL << (10 + (descriptor >> 3));
        return power + power / 8 * (uint)(descriptor & 7);
    }

    private static int DictionaryLength(int flag) => flag == 3 ? 4 : flag;

    private static int SizeLength(int flag, bool single) => flag == 0 ? (single ? 1 : 0) : 1 << flag;

    private static ulong Size(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256UL,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
    };
}
