using System.Buffers;
using System.Runtime.InteropServices;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression;

/// <summary>
/// Reads zstd frames. Without a prefix: any number of frames, one after the other. With a prefix: exactly one frame,
/// and nothing after it. The window limit is 31 (2 GiB). Memory is used as content is produced; large windows of frames
/// without a prefix count against the memory budget.
/// </summary>
public sealed class ZstdDecompressionStream : ForwardReadStream
{
    private const int BufferSize = 128 * 1024;
    private const int WindowLogMax = 31;

    private readonly Stream _source;
    private readonly ZstdDecoder _decoder;
    private readonly int _windowLogMax;
    private readonly bool _isPatch;
    private readonly StoredContent? _stored;
    private readonly HeldWindow? _window;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _filled;
    private bool _sourceEnded;
    private bool _frameEnded;
    private bool _isAdmitted;
    private bool _mayHoldOutput;
    private bool _disposed;

    /// <summary>Reads frames that refer to nothing outside them.</summary>
    /// <param name="source">The compressed bytes; owned.</param>
    /// <param name="stored">What they are, and what they may cost.</param>
    /// <param name="windowLogMax">The largest window that is not refused, log2 bytes.</param>
    internal ZstdDecompressionStream(Stream source, StoredContent stored, int windowLogMax = WindowLogMax)
        : this(source, windowLogMax, null, 0) =>
        (_stored, _window, _isAdmitted) = (stored, new HeldWindow(stored), false);

    /// <summary>Reads one frame that was made against a prefix.</summary>
    /// <param name="source">The compressed bytes; owned.</param>
    /// <param name="prefix">Memory that holds the prefix, or null; must live until disposal.</param>
    /// <param name="prefixLength">The prefix's bytes.</param>
    public ZstdDecompressionStream(Stream source, SafeBuffer? prefix, long prefixLength)
        : this(source, WindowLogMax, prefix, prefixLength)
    {
    }

    private ZstdDecompressionStream(Stream source, int windowLogMax, SafeBuffer? prefix, long prefixLength)
    {
        _decoder = new ZstdDecoder(windowLogMax);
        _windowLogMax = windowLogMax;
        _source = source;
        _isPatch = prefix is not null;
        _isAdmitted = true;
        if (prefix is not null)
            _decoder.ReferTo(prefix, prefixLength);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            while (NeedsInput)
                Accept(_source.Read(MakeRoom().Span));
            if (LargeWindow is { } window)
                _window!.GrowAsync(window, default).AsTask().GetAwaiter().GetResult();
            if (Decode(buffer, out var produced))
                return produced;
        }
        return 0;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            while (NeedsInput)
                Accept(await _source.ReadAsync(MakeRoom(), cancellationToken));
            if (LargeWindow is { } window)
                await _window!.GrowAsync(window, cancellationToken);
            if (Decode(buffer.Span, out var produced))
                return produced;
        }
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _decoder.Dispose();
            _window?.Dispose();
            _source.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private int Available => _filled - _position;

    // A frame's header is looked at as a whole, so that its window is known before memory is taken for it.
    private bool NeedsInput => !_sourceEnded && !_mayHoldOutput
        && (Available == 0 || (!_isAdmitted && Available < ZstdFrameHeader.MaximumLength));

    // Of the frame that begins here; null where it does not count, or none begins.
    private long? LargeWindow
    {
        get
        {
            if (_isAdmitted || Available == 0)
                return null;
            _isAdmitted = true;
            if (ZstdFrameHeader.Read(_buffer.AsSpan(_position, Available)) is not { } header)
                return null;
            var window = Math.Min(header.WindowSize, header.ContentSize ?? ulong.MaxValue);
            if (header.WindowSize > 1UL << WindowLogMax && _windowLogMax == WindowLogMax)
                throw CompressionErrors.Unknown(_stored!.What, "it needs a window of more than 2 GiB");
            if (header.WindowSize > 1UL << _windowLogMax)
                throw new InvalidDataException("The zstd frame has a larger window than it may have here.");
            return window > DecompressionBounds.FreeWindow ? (long)window : null;
        }
    }

    private Memory<byte> MakeRoom()
    {
        _buffer.AsSpan(_position, Available).CopyTo(_buffer);
        (_position, _filled) = (0, Available);
        return _buffer.AsMemory(_filled);
    }

    private void Accept(int read)
    {
        _filled += read;
        _sourceEnded = read == 0;
    }

    /// <summary>True where <paramref name="produced"/> is the answer to the read (0: the end).</summary>
    private bool Decode(Span<byte> destination, out int produced)
    {
        produced = 0;
        if (_position == _filled && _sourceEnded && !_mayHoldOutput)
            return _frameEnded ? true : throw new InvalidDataException("The zstd frame is cut short.");
        if (_frameEnded && _isPatch && _position < _filled)
            throw new InvalidDataException("There is something after the zstd frame.");
        if (_position == _filled && _frameEnded)
            return false;
        var step = Step(destination);
        _frameEnded = step.IsComplete;
        if (_frameEnded && _window is not null)
            _isAdmitted = false;
        _position += step.Consumed;
        produced = step.Produced;
        // A full output buffer means the decoder may hold more, whether or not input is left.
        _mayHoldOutput = !_frameEnded && produced == destination.Length;
        return produced > 0;
    }

    private ZstdStep Step(Span<byte> destination)
    {
        try
        {
            return _decoder.Step(_buffer.AsSpan(_position, _filled - _position), destination);
        }
        catch (ZstdFaultException e)
        {
            throw new InvalidDataException($"The zstd stream can't be decoded: {e.Message}.", e);
        }
    }
}
