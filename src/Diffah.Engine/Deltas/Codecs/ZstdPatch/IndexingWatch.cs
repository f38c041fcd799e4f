using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>
/// Looks twice a second how far the indexing of a prefix is, while another thread is inside the call that does it.
/// </summary>
internal sealed class IndexingWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private readonly ZstdCompressionStream _zstd;
    private readonly EncodeProgress _progress;
    private readonly long _length;
    private readonly Timer _timer;
    private bool _isOver;

    private IndexingWatch(ZstdCompressionStream zstd, long length, EncodeProgress progress)
    {
        (_zstd, _length, _progress) = (zstd, length, progress);
        _timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Begins to look, until disposal; null where there is nothing to index, or nobody to tell.</summary>
    /// <param name="zstd">What indexes; must live until disposal.</param>
    /// <param name="length">Bytes of the prefix.</param>
    /// <param name="progress">Whom to tell; may be null.</param>
    public static IndexingWatch? Begin(ZstdCompressionStream zstd, long length, EncodeProgress? progress)
    {
        if (progress is null || length == 0)
            return null;
        progress.BeginIndexing(length);
        return new IndexingWatch(zstd, length, progress);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
            _isOver = true;
    }

    private void Look()
    {
        lock (_lock)
        {
            if (!_isOver)
                _progress.IndexedTo(Math.Min(_zstd.IndexedPrefix, _length));
        }
    }
}
