using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>
/// A part of a file as a stream of its own. Any number of them read from one handle at the same time, since none moves
/// a position they share.
/// </summary>
/// <param name="file">The file; not owned.</param>
/// <param name="offset">Where the part begins, in bytes.</param>
/// <param name="length">How long it is, in bytes.</param>
internal sealed class FileSlice(SafeFileHandle file, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Advance(RandomAccess.Read(file, buffer[..Fitting(buffer.Length)], offset + _position));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Advance(await RandomAccess.ReadAsync(file, buffer[..Fitting(buffer.Length)], offset + _position, cancellationToken).ConfigureAwait(false));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Fitting(int wanted) => (int)Math.Min(wanted, length - _position);

    private int Advance(int read)
    {
        _position += read;
        return read;
    }
}
