namespace Diffah.Engine.Content;

/// <summary>
/// Counts the bytes that are written, and drops everything once a limit is reached. Does not own the inner stream.
/// </summary>
/// <param name="inner">Where bytes go.</param>
/// <param name="limit">The limit in bytes; the total must stay below it.</param>
internal sealed class LimitedWriteStream(Stream inner, long limit) : Stream
{
    /// <summary>Bytes written so far, dropped ones included.</summary>
    public long Written { get; private set; }

    /// <summary>True once the total has reached the limit.</summary>
    public bool LimitReached => Written >= limit;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Written += buffer.Length;
        if (!LimitReached)
            inner.Write(buffer);
    }

    public override void Flush() => inner.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
