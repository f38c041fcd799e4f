using System.Buffers;
using System.Buffers.Binary;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>A frame's header without the length of its content, which is known.</summary>
/// <param name="Descriptor">Its descriptor (RFC 8878, section 3.1.1.1.1); one that frames don't have where it
/// depends on the length.</param>
/// <param name="Window">Its window descriptor; 0 where it has none.</param>
internal readonly record struct FrameHeading(byte Descriptor, byte Window)
{
    private const uint Magic = 0xFD2FB528;
    private const int SizeShift = 6;
    private const byte SingleSegment = 0x20;
    private const byte Checksum = 4;

    // A bit that frames don't use.
    private const byte ByLength = 0x10;

    // Reserved, and of a dictionary.
    private const byte Refused = 0x0B;

    // From here on Go says how long the content is where it knows.
    private const int GoSized = 256;
    private const int GoSingle = 1024;

    /// <summary>Four bytes of checksum follow the last block.</summary>
    public bool HasChecksum => (Descriptor & Checksum) != 0;

    /// <summary>There is such a header.</summary>
    public bool IsValid => (Descriptor & ByLength) != 0
        ? (Descriptor & ~Checksum) == ByLength
        : (Descriptor & Refused) == 0 && (!IsSingle || Window == 0);

    private bool IsSingle => (Descriptor & SingleSegment) != 0;

    private int SizeLength => Descriptor >> SizeShift is var flag and not 0 ? 1 << flag : IsSingle ? 1 : 0;

    /// <summary>The heading of a header that says the right length, or none.</summary>
    public static FrameHeading Of(ReadOnlySpan<byte> header)
    {
        var single = (header[4] & SingleSegment) != 0;
        return new(header[4], single ? (byte)0 : header[5]);
    }

    /// <summary>As Go's encoder writes it, whatever the length is.</summary>
    /// <param name="window">The window descriptor where the content is of more than one block.</param>
    /// <param name="hasChecksum">Whether a checksum follows.</param>
    public static FrameHeading OfGo(byte window, bool hasChecksum) =>
        new((byte)(ByLength | (hasChecksum ? Checksum : 0)), window);

    /// <summary>The heading of a frame of a length.</summary>
    /// <param name="length">Bytes of the content.</param>
    public FrameHeading For(long length)
    {
        if ((Descriptor & ByLength) == 0)
            return this;
        var rest = Descriptor & Checksum;
        if (length > BlockPlace.MaximumContent)
            return new((byte)rest, Window);
        var size = length < GoSized ? 0 : length < GoSized + (1 << 16) ? 1 : 2;
        return new((byte)(size << SizeShift | (length >= GoSingle ? SingleSegment : 0) | rest), 0);
    }

    /// <summary>Writes the header.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="length">Bytes of the content.</param>
    /// <exception cref="RecipeRefusedException">Its field has no room for the length.</exception>
    public void Write(IBufferWriter<byte> output, long length)
    {
        Span<byte> header = stackalloc byte[ZstdFrameHeader.MaximumLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = Descriptor;
        var at = 5;
        if (!IsSingle)
            header[at++] = Window;
        var size = SizeLength;
        var (least, most) = size switch
        {
            0 => (0L, long.MaxValue),
            1 => (0L, byte.MaxValue),
            2 => (256L, 256L + ushort.MaxValue),
            4 => (0L, uint.MaxValue),
            _ => (0L, long.MaxValue),
        };
        if (length < least || length > most)
            throw new RecipeRefusedException(
                RecipeRefusal.ContentDiffers, "The content is not as long as the recipe of a zstd stream says.");
        Span<byte> field = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(field, length - (size == 2 ? 256 : 0));
        field[..size].CopyTo(header[at..]);
        output.Write(header[..(at + size)]);
    }

    /// <summary>What the header says, as an encoder is told it.</summary>
    /// <param name="length">Bytes of the content.</param>
    /// <exception cref="RecipeRefusedException">Its field has no room for the length.</exception>
    public ZstdFrameHeader ToHeader(long length)
    {
        var output = new ArrayBufferWriter<byte>(ZstdFrameHeader.MaximumLength);
        Write(output, length);
        return ZstdFrameHeader.Read([.. output.WrittenSpan, 0, 0])!.Value;
    }
}
