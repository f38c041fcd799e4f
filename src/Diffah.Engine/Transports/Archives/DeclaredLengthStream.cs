using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Archives;

/// <summary>
/// A forward-only stream whose length is known beforehand, in the shape that the base library's tar writer asks a length of.
/// Fails where the content turns out longer or shorter.
/// </summary>
/// <param name="source">The content; not owned.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="what">What it is, for the error message.</param>
internal sealed class DeclaredLengthStream(Stream source, long length, string what) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Take(source.Read(buffer, offset, count), count);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Take(await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(int read, int wanted)
    {
        _position += read;
        if (_position > length || (read == 0 && wanted > 0 && _position < length))
            throw new DiffahException(DiffahErrors.SizeMismatch, $"{what} does not have the {length} bytes promised.");
        return read;
    }
}
