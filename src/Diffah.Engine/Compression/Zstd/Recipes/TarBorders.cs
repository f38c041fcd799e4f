namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Where frames of a layer are expected to begin.</summary>
/// <param name="content">The tar, or any content.</param>
/// <param name="rule">What is expected.</param>
internal sealed class TarBorders(StreamAt content, BorderRule rule)
{
    private readonly TarWalk? _walk = rule == BorderRule.None ? null : new(content);
    private readonly Queue<long> _borders = [];
    private bool _isComplete = rule == BorderRule.None;

    /// <summary>The first border behind a position; the end of the content where there is no other. Positions may not
    /// go back.</summary>
    public long After(long position)
    {
        while (true)
        {
            while (_borders.TryPeek(out var border))
            {
                if (border > position)
                    return border;
                _borders.Dequeue();
            }
            if (_isComplete)
                return content.Length;
            ReadItem();
        }
    }

    private void ReadItem()
    {
        if (_walk!.Next() is not { } item)
        {
            _isComplete = true;
            return;
        }
        if (!item.IsFile)
            return;
        _borders.Enqueue(item.Data);
        if (rule == BorderRule.Chunks)
        {
            foreach (var border in ChunkBorders.Of(content, item.Data, item.Size))
                _borders.Enqueue(border);
        }
        _borders.Enqueue(item.Data + item.Size);
    }
}
