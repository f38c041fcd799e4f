using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Takes what an encoder writes, and gives it block by block.</summary>
internal sealed class BlockSink : IBufferWriter<byte>
{
    private const int Room = 4096;

    private byte[] _bytes = [];
    private int _read;
    private int _written;

    /// <summary>Whether all that was written was taken.</summary>
    public bool IsEmpty => _read == _written;

    /// <summary>The next block, with its header; empty where none is complete. Good until the next write.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var left = _bytes.AsMemory(_read, _written - _read);
        if (left.Length < BlockPlace.HeaderLength || BlockPlace.LengthOf(left.Span) is not { } length
            || left.Length < length)
            return default;
        _read += length;
        return left[..length];
    }

    /// <inheritdoc/>
    public void Advance(int count) => _written += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, Room));
        return _bytes.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Grow(int by)
    {
        if (IsEmpty)
            _read = _written = 0;
        if (_bytes.Length - _written >= by)
            return;
        var held = _bytes.AsSpan(_read, _written - _read);
        var bytes = new byte[Math.Max(held.Length + by, Math.Min(2 * _bytes.Length, held.Length + by + (1 << 20)))];
        held.CopyTo(bytes);
        (_bytes, _written, _read) = (bytes, held.Length, 0);
    }
}
