using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content;

/// <summary>Reads a region of a file. Independent of every other reader of the handle, which is not owned.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">Where the region begins, in bytes.</param>
/// <param name="length">How long it is, in bytes.</param>
public sealed class FileRegionStream(SafeFileHandle file, long offset, long length) : Stream
{
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Advance(RandomAccess.Read(file, buffer[..Available(buffer.Length)], offset + _position));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Advance(await RandomAccess.ReadAsync(file, buffer[..Available(buffer.Length)], offset + _position, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Available(int wanted) => (int)Math.Min(wanted, length - _position);

    private int Advance(int read)
    {
        _position += read;
        return read;
    }
}
