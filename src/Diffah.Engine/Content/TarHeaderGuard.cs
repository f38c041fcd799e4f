using System.Formats.Tar;

namespace Diffah.Engine.Content;

/// <summary>
/// Stands between a tar and the base library's reader, which takes an extended header into memory as large as it
/// claims to be.
/// </summary>
/// <param name="tar">The tar; not owned.</param>
internal sealed class TarHeaderGuard(Stream tar) : Stream
{
    private const int BlockSize = 512;
    private const int MaximumExtendedHeader = 1024 * 1024;

    private long _read;
    private long _contentEnd;

    public override bool CanRead => true;

    public override bool CanSeek => tar.CanSeek;

    public override bool CanWrite => false;

    public override long Length => tar.Length;

    public override long Position { get => tar.Position; set => tar.Position = value; }

    /// <summary>
    /// Says which entry was just reached: its content may look like anything. To be called for each entry whose content is read, or is
    /// skipped where the tar can't seek.
    /// </summary>
    /// <param name="entry">The entry.</param>
    public void PassContent(TarEntry entry) => _contentEnd = (tar.CanSeek ? entry.DataOffset : _read) + entry.Length;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        // Whole headers at once: a part of one could not be looked at.
        var at = At;
        var read = buffer.Length == BlockSize ? tar.ReadAtLeast(buffer, BlockSize, throwOnEndOfStream: false) : tar.Read(buffer);
        Check(at, buffer[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var at = At;
        var read = buffer.Length == BlockSize
            ? await tar.ReadAtLeastAsync(buffer, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
            : await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Check(at, buffer.Span[..read]);
        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => tar.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private long At => tar.CanSeek ? tar.Position : _read;

    private void Check(long at, ReadOnlySpan<byte> bytes)
    {
        _read += bytes.Length;
        if (bytes.Length == BlockSize && at >= _contentEnd)
            CheckHeader(bytes);
    }

    // Field positions: POSIX.1-1988 ustar; types x and g: POSIX.1-2001 pax; L and K: GNU tar.
    private void CheckHeader(ReadOnlySpan<byte> header)
    {
        const int sizeOffset = 124, sizeLength = 12, typeOffset = 156;
        if (header[typeOffset] is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K'))
            return;
        var length = ReadNumber(header.Slice(sizeOffset, sizeLength));
        if (length > MaximumExtendedHeader)
            throw new InvalidDataException($"an extended header claims more than {MaximumExtendedHeader} bytes");
        _contentEnd = At + length;
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
