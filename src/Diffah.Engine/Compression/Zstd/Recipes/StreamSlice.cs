namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>A piece of a stream, by itself. Can seek.</summary>
/// <param name="stream">The stream.</param>
/// <param name="start">Where in it the piece begins.</param>
/// <param name="length">Bytes of the piece.</param>
internal sealed class StreamSlice(StreamAt stream, long start, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Clamp(length - Position, 0, buffer.Length);
        var read = stream.ReadSome(start + Position, buffer[..count]);
        Position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => length,
    };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
