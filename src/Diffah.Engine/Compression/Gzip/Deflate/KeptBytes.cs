using System.Buffers;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>Bytes of a stream that were read over, from a place on that moves forward. Whoever moves it bounds the
/// memory.</summary>
internal sealed class KeptBytes : IDisposable
{
    private byte[] _bytes = [];
    private int _count;

    // Where in the stream the first one is.
    private long _origin = long.MaxValue;

    /// <summary>Keeps the bytes from this one on.</summary>
    public void Begin(long from)
    {
        var drop = (int)Math.Clamp(from - _origin, 0, _count);
        _bytes.AsSpan(drop, _count - drop).CopyTo(_bytes);
        _count -= drop;
        if (_count == 0 || from < _origin)
            (_origin, _count) = (from, 0);
        else
            _origin += drop;
    }

    /// <summary>These bytes are read over now.</summary>
    public void Add(long from, ReadOnlySpan<byte> bytes)
    {
        var skip = Math.Max(0, _origin + _count - from);
        if (skip >= bytes.Length)
            return;
        bytes = bytes[(int)skip..];
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    public byte At(long at) => at >= _origin && at < _origin + _count ? _bytes[at - _origin] : (byte)0;

    public bool Equals(long from, ReadOnlySpan<byte> bytes) => bytes.IsEmpty
        || (from >= _origin && from + bytes.Length <= _origin + _count
            && _bytes.AsSpan((int)(from - _origin), bytes.Length).SequenceEqual(bytes));

    public void Dispose()
    {
        var bytes = _bytes;
        (_bytes, _count) = ([], 0);
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _count >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, _count + more));
        _bytes.AsSpan(0, _count).CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
