namespace Diffah.Engine.Content;

/// <summary>Tells of bytes as they are read. Does not own the inner stream.</summary>
/// <param name="inner">The bytes.</param>
/// <param name="progress">Told the bytes of each read.</param>
internal sealed class ProgressStream(Stream inner, Action<long> progress) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Tell(inner.Read(buffer.AsSpan(offset, count)));

    public override int Read(Span<byte> buffer) => Tell(inner.Read(buffer));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Tell(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Tell(int read)
    {
        if (read > 0)
            progress(read);
        return read;
    }
}
