using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>
/// An image that is pulled plainly: what baselines have of its layers is taken from them, and the others are fetched.
/// </summary>
/// <param name="source">The image's registry; not owned.</param>
/// <param name="baselines">What is there.</param>
/// <param name="held">What that holds.</param>
/// <param name="fetched">Keeps what is fetched for a later run; null where nothing is kept.</param>
internal sealed class PulledLayers(
    CountedSource source, BaselineImages baselines, BaselineContents held, FetchedParts? fetched) : IContentImageSource
{
    /// <inheritdoc/>
    public ImageReference Reference => source.Reference;

    /// <inheritdoc/>
    public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken) =>
        source.GetManifestAsync(digest, cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (baselines.Stores(blob.Digest))
            return await baselines.Find(blob.Digest)!.OpenAsync(cancellationToken);
        if (fetched is null || blob.HasUrls || source.Remembers(blob))
            return await source.OpenBlobAsync(blob, cancellationToken);
        await fetched.FetchAsync(blob, cancellationToken);
        return new FileSlice(fetched.Find(blob.Digest)!, 0, blob.Size);
    }

    /// <inheritdoc/>
    public async Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (!held.Has(diffId))
            return null;
        var content = await held.GetAsync(diffId, cancellationToken);
        return new SpooledBlob(content.DiffId, content.Size, content.Path);
    }

    /// <inheritdoc/>
    public Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
