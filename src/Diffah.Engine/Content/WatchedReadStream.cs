namespace Diffah.Engine.Content;

/// <summary>
/// Tells how far a file has been read, by whoever goes back in it, too: bytes count once, and what is left out counts
/// as read.
/// </summary>
/// <param name="source">The file, which can seek; owned.</param>
/// <param name="advance">Told of bytes.</param>
internal sealed class WatchedReadStream(Stream source, Action<long> advance) : Stream
{
    private long _farthest;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value;
    }

    public override int Read(Span<byte> buffer) => Tell(source.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Tell(await source.ReadAsync(buffer, cancellationToken));

    public override long Seek(long offset, SeekOrigin origin) => source.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    private int Tell(int read)
    {
        if (source.Position > _farthest)
        {
            advance(source.Position - _farthest);
            _farthest = source.Position;
        }
        return read;
    }
}
