using System.Buffers;

namespace Diffah.Engine.Compression;

/// <summary>
/// Compressed bytes for a decoder that reads them itself, byte by byte, and knows no cancellation.
/// </summary>
/// <param name="source">The bytes; owned.</param>
internal sealed class PulledInput(Stream source) : ForwardReadStream
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _filled;
    private bool _disposed;

    /// <summary>Stops a wait for bytes.</summary>
    public CancellationToken CancellationToken { get; set; }

    public override int ReadByte() => _position < _filled || Fill() ? _buffer[_position++] : -1;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || (_position == _filled && !Fill()))
            return 0;
        var count = Math.Min(buffer.Length, _filled - _position);
        _buffer.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            source.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        base.Dispose(disposing);
    }

    // Whoever can be cancelled waits as one that can: a network may answer never.
    private bool Fill()
    {
        CancellationToken.ThrowIfCancellationRequested();
        _position = 0;
        _filled = CancellationToken.CanBeCanceled
            ? source.ReadAsync(_buffer.AsMemory(0, BufferSize), CancellationToken).AsTask().GetAwaiter().GetResult()
            : source.Read(_buffer, 0, BufferSize);
        return _filled > 0;
    }
}
