using System.Buffers;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// The part of a content that is being worked on, with the 32 KiB before it. Bytes behind <see cref="End"/> may be
/// looked at, and mean nothing.
/// </summary>
internal sealed class ContentWindow : IDisposable
{
    /// <summary>How much of what is done stays.</summary>
    public const int History = Token.MaximumDistance;

    /// <summary>Bytes behind the capacity that may be looked at or overwritten.</summary>
    public const int Padding = 320;

    private readonly byte[] _buffer;
    private readonly ArrayPool<byte> _pool;
    private bool _disposed;

    public ContentWindow(int capacity, ArrayPool<byte>? pool = null)
    {
        _pool = pool ?? ArrayPool<byte>.Shared;
        _buffer = _pool.Rent(capacity + Padding);
        Capacity = capacity;
    }

    public byte[] Buffer => _buffer;

    public int Capacity { get; }

    /// <summary>Where in the content the buffer begins.</summary>
    public long Origin { get; private set; }

    /// <summary>The content at hand ends before this index.</summary>
    public int End { get; set; }

    /// <summary>Nothing follows what is at hand.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Drops what is further back than the history.</summary>
    /// <param name="done">The index of the first byte that is still to be worked on.</param>
    /// <returns>By how much all indexes became less: a multiple of the history, so that tables stay right.</returns>
    public int Slide(int done)
    {
        var by = (done - History) / History * History;
        if (by <= 0)
            return 0;
        _buffer.AsSpan(by, End - by).CopyTo(_buffer);
        End -= by;
        Origin += by;
        return by;
    }

    /// <summary>Begins anew at a place of another content.</summary>
    public void Reset(long origin = 0) => (Origin, End, IsComplete) = (origin, 0, false);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _pool.Return(_buffer);
    }
}
