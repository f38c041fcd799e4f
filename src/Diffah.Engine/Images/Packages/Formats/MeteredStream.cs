namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>A stream of which only so much is read: its reader may be made to read on and on.</summary>
/// <param name="source">The stream, which can seek; owned.</param>
/// <param name="allowance">How many bytes may be read, in whatever order.</param>
internal sealed class MeteredStream(Stream source, long allowance) : Stream
{
    /// <summary>How many bytes may still be read.</summary>
    public long Allowance { get; set; } = allowance;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position { get => source.Position; set => source.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        Allowance -= read;
        return Allowance >= 0 ? read : throw new InvalidDataException("too much of it would have to be read");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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
}
