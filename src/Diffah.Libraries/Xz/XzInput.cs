namespace Diffah.Libraries.Xz;

/// <summary>
/// The bytes of an xz file, buffered and counted. Who asks for bytes needs them: the end is an error, but where it is
/// asked for.
/// </summary>
/// <param name="source">The bytes; not owned.</param>
internal sealed class XzInput(Stream source) : Stream
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at;
    private int _filled;
    private long _before;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes were taken.</summary>
    public override long Position { get => _before + _at; set => throw new NotSupportedException(); }

    /// <summary>True where nothing follows.</summary>
    public bool IsAtEnd => _at == _filled && !Fill();

    /// <summary>The next byte, which is not taken; to be asked only where there is one.</summary>
    public byte Peek() => _buffer[_at];

    /// <summary>Takes a byte.</summary>
    public byte Take() => !IsAtEnd ? _buffer[_at++] : throw CutShort();

    /// <summary>Takes as many bytes as a buffer has.</summary>
    public void Take(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[Read(buffer)..];
    }

    public override int ReadByte() => Take();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (IsAtEnd)
            throw CutShort();
        var count = Math.Min(buffer.Length, _filled - _at);
        _buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool Fill()
    {
        _before += _filled;
        (_at, _filled) = (0, source.Read(_buffer, 0, _buffer.Length));
        return _filled > 0;
    }

    private static CompressionFaultException CutShort() => new("it is cut short");
}
