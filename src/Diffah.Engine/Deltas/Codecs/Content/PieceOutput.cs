using System.Buffers;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>A piece of data that is rebuilt in its place in the file of a content.</summary>
/// <param name="file">The file; not owned.</param>
/// <param name="progress">Told of bytes; may be null.</param>
internal sealed class PieceOutput(SafeFileHandle file, Action<long>? progress) : IFileOutput, IDisposable
{
    public const int BufferSize = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private long _start;
    private long _flushed;
    private int _count;

    /// <summary>Begins a piece.</summary>
    /// <param name="start">Where it is in the file.</param>
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
        ReadExactly(_start + offset, bytes);
    }

    public void Overwrite(int offset, ReadOnlySpan<byte> bytes)
    {
        Flush();
        RandomAccess.Write(file, bytes, _start + offset);
    }

    /// <summary>Reads bytes that were written before.</summary>
    /// <param name="offset">Where they are in the file.</param>
    /// <param name="bytes">Takes them.</param>
    public void ReadExactly(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new EndOfStreamException();
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        if (_count == 0)
            return;
        RandomAccess.Write(file, _buffer.AsSpan(0, _count), _flushed);
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
