namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>How a block's content is written.</summary>
internal enum ZstdBlockType : byte
{
    /// <summary>As it is.</summary>
    Raw = 0,

    /// <summary>One byte, as often as the block is long.</summary>
    Rle = 1,

    /// <summary>Literals and sequences.</summary>
    Compressed = 2,
}

/// <summary>The three bytes before a block (RFC 8878, section 3.1.1.2).</summary>
/// <param name="Type">How the content is written.</param>
/// <param name="Size">Bytes of the body; for <see cref="ZstdBlockType.Rle"/> bytes of the content.</param>
/// <param name="IsLast">No block of the frame follows.</param>
internal readonly record struct ZstdBlockHeader(ZstdBlockType Type, int Size, bool IsLast)
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 3;

    /// <summary>Bytes of content that no block has more of, whatever the window.</summary>
    public const int MaximumContent = 128 * 1024;

    /// <summary>Bytes of the block behind its header.</summary>
    public int BodyLength => Type == ZstdBlockType.Rle ? 1 : Size;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="RecipeRefusedException">There are too few bytes, or there is no such type.</exception>
    public static ZstdBlockHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length)
            throw Refusals.CutShort();
        var field = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        var type = (ZstdBlockType)((field >> 1) & 3);
        if (type > ZstdBlockType.Compressed)
            throw Refusals.Corrupt("a block is of no known type");
        return new ZstdBlockHeader(type, field >> 3, (field & 1) != 0);
    }

    /// <summary>Writes the header.</summary>
    /// <param name="bytes">Takes <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> bytes)
    {
        var field = (Size << 3) | ((int)Type << 1) | (IsLast ? 1 : 0);
        (bytes[0], bytes[1], bytes[2]) = ((byte)field, (byte)(field >> 8), (byte)(field >> 16));
    }
}
