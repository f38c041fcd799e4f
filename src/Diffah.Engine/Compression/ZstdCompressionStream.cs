using System.Buffers;
using System.Runtime.InteropServices;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression;

/// <summary>Writes one zstd frame. Disposing without <see cref="Finish"/> leaves the frame unfinished.</summary>
public sealed class ZstdCompressionStream : Stream
{
    private const int BufferSize = 256 * 1024;

    private readonly Stream _output;
    private readonly ZstdEncoder _encoder;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private bool _disposed;

    /// <summary>Begins a frame.</summary>
    /// <param name="output">Where compressed bytes go; not owned.</param>
    /// <param name="settings">How to compress.</param>
    public ZstdCompressionStream(Stream output, ZstdSettings settings)
        : this(output, settings, null, 0)
    {
    }

    /// <summary>Begins a frame that may refer back to a prefix (what <c>zstd --patch-from</c> writes).</summary>
    /// <param name="output">Where compressed bytes go; not owned.</param>
    /// <param name="settings">How to compress.</param>
    /// <param name="prefix">Memory that holds the prefix, or null; must live until disposal.</param>
    /// <param name="prefixLength">The prefix's bytes.</param>
    public ZstdCompressionStream(Stream output, ZstdSettings settings, SafeBuffer? prefix, long prefixLength)
    {
        _output = output;
        _encoder = new ZstdEncoder(
            settings.Level, settings.WindowLog, settings.LongDistanceMatching, settings.ContentSize);
        if (prefix is not null && prefixLength > 0)
            _encoder.ReferTo(prefix, prefixLength);
    }

    /// <summary>
    /// Bytes of the prefix that are indexed so far. The first write indexes the prefix before it takes a byte; another
    /// thread may read this meanwhile.
    /// </summary>
    internal long IndexedPrefix => _encoder.IndexedPrefix;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
            buffer = buffer[Step(buffer, end: false).Consumed..];
    }

    /// <summary>Ends the frame. Nothing may be written afterwards.</summary>
    public void Finish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!Step([], end: true).IsComplete)
        {
        }
    }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _encoder.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private ZstdStep Step(ReadOnlySpan<byte> input, bool end)
    {
        var step = _encoder.Step(input, _buffer, end);
        if (step.Produced > 0)
            _output.Write(_buffer, 0, step.Produced);
        return step;
    }
}
