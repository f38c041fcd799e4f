using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Images.Packages.Files;

/// <summary>A part of a file as a stream that can seek. To seek out of it is a fault of who wrote the bytes.</summary>
/// <param name="file">The file; not owned.</param>
/// <param name="offset">Where the part begins, in bytes.</param>
/// <param name="length">How long it is, in bytes.</param>
internal sealed class SeekableSlice(SafeFileHandle file, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0
            ? value
            : throw new InvalidDataException("something is said to stand before its beginning");
    }

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Clamp(length - _position, 0, buffer.Length);
        if (wanted == 0)
            return 0;
        var read = RandomAccess.Read(file, buffer[..wanted], offset + _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
