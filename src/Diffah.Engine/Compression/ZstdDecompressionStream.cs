using System.Buffers;
using System.Runtime.InteropServices;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression;

/// <summary>
/// Reads zstd frames. Without a prefix: any number of frames, one after the other. With a prefix: exactly one frame,
/// and nothing after it. The window limit is 31 (2 GiB); memory is used as content is produced, so a reader that
/// bounds the content bounds the memory.
/// </summary>
public sealed class ZstdDecompressionStream : ForwardReadStream
{
    private const int BufferSize = 128 * 1024;
    private const int WindowLogMax = 31;

    private readonly Stream _source;
    private readonly ZstdDecoder _decoder = new(WindowLogMax);
    private readonly bool _isPatch;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _filled;
    private bool _sourceEnded;
    private bool _frameEnded;
    private bool _mayHoldOutput;
    private bool _disposed;

    /// <summary>Reads frames that refer to nothing outside them.</summary>
    /// <param name="source">The compressed bytes; owned.</param>
    public ZstdDecompressionStream(Stream source)
        : this(source, null, 0)
    {
    }

    /// <summary>Reads one frame that was made against a prefix.</summary>
    /// <param name="source">The compressed bytes; owned.</param>
    /// <param name="prefix">Memory that holds the prefix, or null; must live until disposal.</param>
    /// <param name="prefixLength">The prefix's bytes.</param>
    public ZstdDecompressionStream(Stream source, SafeBuffer? prefix, long prefixLength)
    {
        _source = source;
        _isPatch = prefix is not null;
        if (prefix is not null)
            _decoder.ReferTo(prefix, prefixLength);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!buffer.IsEmpty)
        {
            if (NeedsInput)
                Accept(_source.Read(_buffer));
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
            if (NeedsInput)
                Accept(await _source.ReadAsync(_buffer, cancellationToken));
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
            _source.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private bool NeedsInput => _position == _filled && !_sourceEnded && !_mayHoldOutput;

    private void Accept(int read)
    {
        (_position, _filled) = (0, read);
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
