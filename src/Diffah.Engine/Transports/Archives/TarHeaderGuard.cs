namespace Diffah.Engine.Transports.Archives;

/// <summary>
/// Stands between a tar file and the base library's reader, which takes an extended header into memory as large as it
/// claims to be. Only headers are read through it: contents are read by their offsets.
/// </summary>
internal sealed class TarHeaderGuard(FileStream file) : Stream
{
    private const int BlockSize = 512;
    private const int MaximumExtendedHeader = 1024 * 1024;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        if (buffer.Length == BlockSize && read == BlockSize)
            CheckHeader(buffer);
        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Field positions: POSIX.1-1988 ustar; types x and g: POSIX.1-2001 pax; L and K: GNU tar.
    private static void CheckHeader(ReadOnlySpan<byte> header)
    {
        const int sizeOffset = 124, sizeLength = 12, typeOffset = 156;
        if (header[typeOffset] is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K'))
            return;
        if (ReadNumber(header.Slice(sizeOffset, sizeLength)) > MaximumExtendedHeader)
            throw new InvalidDataException($"an extended header claims more than {MaximumExtendedHeader} bytes");
    }

    private static long ReadNumber(ReadOnlySpan<byte> field)
    {
        // GNU's base-256 form (first bit set) is never needed for what fits.
        if ((field[0] & 0x80) != 0)
            return long.MaxValue;
        long value = 0;
        foreach (var digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
                value = (value << 3) | (uint)(digit - '0');
        }
        return value;
    }
}
