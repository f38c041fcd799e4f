using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>
/// Where blobs are written one after the other, lets a source make what the next needs while one is written.
/// </summary>
/// <param name="source">Where the blobs come from; not owned.</param>
/// <param name="destination">Where they go; what it has is not made.</param>
internal sealed class BlobsAhead(IImageSource source, IImageDestination destination) : IAsyncDisposable
{
    private readonly List<Task> _begun = [];

    /// <summary>
    /// Begins with a blob; to be called while nothing is written. What goes wrong is told when the blob is opened.
    /// </summary>
    /// <param name="blob">The next that is written; null for none.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task BeginAsync(Descriptor? blob, CancellationToken cancellationToken)
    {
        if (blob is not null && source is IContentImageSource contents
            && !await destination.HasBlobAsync(blob, cancellationToken))
            _begun.Add(Task.Run(() => contents.PrepareAsync(blob, cancellationToken), CancellationToken.None));
    }

    /// <summary>Waits for all that was begun: the source is disposed of next.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_begun).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
