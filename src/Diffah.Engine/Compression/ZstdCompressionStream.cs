using System.Buffers;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression;

/// <summary>Writes one zstd frame. Disposing without <see cref="Finish"/> leaves the frame unfinished.</summary>
public sealed class ZstdCompressionStream : Stream
{
    private const int BufferSize = 256 * 1024;

    private readonly Stream _output;
    private readonly ZstdCompressionHandle _context;
    private readonly ZstdPrefix? _prefix;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private bool _disposed;

    /// <summary>Begins a frame.</summary>
    /// <param name="output">Where compressed bytes go; not owned.</param>
    /// <param name="settings">How to compress.</param>
    /// <exception cref="Diagnostics.DiffahException">ZstdUnavailable.</exception>
    public ZstdCompressionStream(Stream output, ZstdSettings settings)
        : this(output, settings, null, 0)
    {
    }

    /// <summary>Begins a frame that may refer back to a prefix (what <c>zstd --patch-from</c> writes).</summary>
    /// <param name="output">Where compressed bytes go; not owned.</param>
    /// <param name="settings">How to compress.</param>
    /// <param name="prefix">Memory that holds the prefix, or null; must live until disposal.</param>
    /// <param name="prefixLength">The prefix's bytes.</param>
    /// <exception cref="Diagnostics.DiffahException">ZstdUnavailable.</exception>
    public unsafe ZstdCompressionStream(Stream output, ZstdSettings settings, SafeBuffer? prefix, long prefixLength)
    {
        ZstdLibrary.EnsureAvailable();
        _output = output;
        _context = ZstdNative.CreateCompression();
        Set(ZstdNative.CParameter.CompressionLevel, settings.Level);
        if (settings.WindowLog is { } log)
            Set(ZstdNative.CParameter.WindowLog, log);
        if (settings.LongDistanceMatching)
            Set(ZstdNative.CParameter.EnableLongDistanceMatching, 1);
        if (settings.ContentSize is { } size)
            Check(ZstdNative.SetPledgedSize(_context, (ulong)size));
        if (prefix is not null && prefixLength > 0)
        {
            _prefix = new ZstdPrefix(prefix, prefixLength);
            Check(ZstdNative.ReferencePrefix(_context, _prefix.Pointer, _prefix.Length));
        }
    }

    /// <summary>
    /// Bytes of the prefix that are indexed, which the first write does before it takes a byte; to be asked for by another thread meanwhile.
    /// Null where that can't be seen from outside: the system's library keeps it to itself.
    /// </summary>
    internal long? IndexedPrefix { get; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* source = buffer)
        {
            var input = new ZstdNative.InBuffer { Source = source, Size = (nuint)buffer.Length };
            while (input.Position < input.Size)
                Step(ref input, ZstdNative.EndDirective.Continue);
        }
    }

    /// <summary>Ends the frame. Nothing may be written afterwards.</summary>
    public unsafe void Finish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var input = default(ZstdNative.InBuffer);
        while (Step(ref input, ZstdNative.EndDirective.End) != 0)
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
            _context.Dispose();
            _prefix?.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private unsafe nuint Step(ref ZstdNative.InBuffer input, ZstdNative.EndDirective end)
    {
        nuint remaining;
        nuint produced;
        fixed (byte* destination = _buffer)
        fixed (ZstdNative.InBuffer* source = &input)
        {
            var output = new ZstdNative.OutBuffer { Destination = destination, Size = (nuint)_buffer.Length };
            remaining = Check(ZstdNative.CompressStream(_context, &output, source, end));
            produced = output.Position;
        }
        if (produced > 0)
            _output.Write(_buffer, 0, (int)produced);
        return remaining;
    }

    private void Set(ZstdNative.CParameter parameter, int value) => Check(ZstdNative.SetParameter(_context, parameter, value));

    private static nuint Check(nuint code) =>
        ZstdNative.ErrorText(code) is { } error ? throw new InvalidOperationException($"zstd: {error}") : code;
}
