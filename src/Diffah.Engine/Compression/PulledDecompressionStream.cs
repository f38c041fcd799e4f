using System.Buffers;
using Diffah.Libraries;

namespace Diffah.Engine.Compression;

/// <summary>What a decoder gives that reads its input itself, as those of xz and bzip2 do.</summary>
internal sealed class PulledDecompressionStream : ForwardReadStream
{
    private const int BufferSize = 64 * 1024;

    private readonly StoredContent _stored;
    private readonly PulledInput _input;
    private readonly IPullDecoder _decoder;
    private readonly HeldWindow _window;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _filled;
    private bool _disposed;

    /// <param name="source">The compressed bytes; owned.</param>
    /// <param name="stored">What they are, and what they may cost.</param>
    /// <param name="open">Makes the decoder of its input and of what admits its windows.</param>
    public PulledDecompressionStream(
        Stream source, StoredContent stored, Func<Stream, Action<long>, IPullDecoder> open)
    {
        (_stored, _input, _window) = (stored, new PulledInput(source), new HeldWindow(stored));
        _decoder = open(_input, Admit);
    }

    public override int Read(Span<byte> buffer) => Read(buffer, default);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span, cancellationToken));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _decoder.Dispose();
            _input.Dispose();
            _window.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    private int Read(Span<byte> buffer, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
            return 0;
        if (_position == _filled)
            (_position, _filled) = (0, Decode(cancellationToken));
        var count = Math.Min(buffer.Length, _filled - _position);
        _buffer.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    private int Decode(CancellationToken cancellationToken)
    {
        _input.CancellationToken = cancellationToken;
        try
        {
            return _decoder.Read(_buffer, BufferSize);
        }
        catch (UnknownFeatureException e)
        {
            throw CompressionErrors.Unknown(_stored.What, e.Message);
        }
        catch (CompressionFaultException e)
        {
            throw new InvalidDataException($"{e.Message}.", e);
        }
    }

    private void Admit(long window)
    {
        var admitted = _window.GrowAsync(window, _input.CancellationToken);
        if (!admitted.IsCompletedSuccessfully)
            admitted.AsTask().GetAwaiter().GetResult();
    }
}
