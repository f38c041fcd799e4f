namespace Diffah.Engine.Compression;

/// <summary>The memory that one decoder holds for its window: as much as the largest so far took.</summary>
/// <param name="stored">What is decompressed.</param>
internal sealed class HeldWindow(StoredContent stored) : IDisposable
{
    private IDisposable? _admission;
    private long _bytes;

    /// <summary>Waits until a window fits the memory budget.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask GrowAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes <= _bytes)
            return;
        // What is held is given back first: two that grow would wait for each other.
        _admission?.Dispose();
        (_admission, _bytes) = (null, 0);
        _admission = await stored.Bounds.EnterAsync(bytes, stored.What, cancellationToken);
        _bytes = bytes;
    }

    public void Dispose() => _admission?.Dispose();
}
