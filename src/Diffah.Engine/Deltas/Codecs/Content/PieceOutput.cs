using System.Buffers;
using Diffah.Engine.Deltas.Codecs.Content.Files;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>A piece of data that is rebuilt in its place in a content.</summary>
/// <param name="content">The content; not owned.</param>
/// <param name="progress">Told of bytes; may be null.</param>
internal sealed class PieceOutput(IContentOutput content, Action<long>? progress) : IFileOutput, IDisposable
{
    public const int BufferSize = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private long _start;
    private long _flushed;
    private int _count;

    /// <summary>Begins a piece.</summary>
    /// <param name="start">Where it is in the content.</param>
    public void Begin(long start)
    {
        Flush();
        (_start, _flushed) = (start, start);
    }

    public Span<byte> Room()
    {
        if (_buffer.Length - _count < IPrediction.BlockLength)
            Flush();
        return _buffer.AsSpan(_count);
    }

    public void Advance(int count) => _count += count;

    /// <summary>Writes bytes that follow.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room();
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    public void ReadBack(int offset, Span<byte> bytes)
    {
        Flush();
        content.Read(_start + offset, bytes);
    }

    public void Overwrite(int offset, ReadOnlySpan<byte> bytes)
    {
        Flush();
        content.Overwrite(_start + offset, bytes);
    }

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        if (_count == 0)
            return;
        content.Write(_flushed, _buffer.AsSpan(0, _count));
        progress?.Invoke(_count);
        _flushed += _count;
        _count = 0;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
