using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>An image, or an index with its images, as it is after a conversion.</summary>
/// <param name="original">Where the images are as they are; not owned.</param>
/// <param name="root">What the reference names now.</param>
/// <param name="manifests">Manifests that were written anew or are still listed, by digest.</param>
/// <param name="configs">Configurations that were read already, by digest.</param>
/// <param name="layers">Converted layers, by the digest they have now.</param>
internal sealed class ConvertedImageSource(
    IImageSource original, RawManifest root, IReadOnlyDictionary<Digest, RawManifest> manifests,
    IReadOnlyDictionary<Digest, ReadOnlyMemory<byte>> configs, IReadOnlyDictionary<Digest, ConvertedBlob> layers)
    : IImageSource
{
    public ImageReference Reference => original.Reference;

    public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(digest is { } asked ? manifests[asked] : root);
    }

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (configs.TryGetValue(blob.Digest, out var config))
            return Task.FromResult<Stream>(new MemoryStream(config.ToArray(), writable: false));
        if (!layers.TryGetValue(blob.Digest, out var layer))
            return original.OpenBlobAsync(blob, cancellationToken);
        return layer.Path is null
            ? original.OpenBlobAsync(layer.Before, cancellationToken)
            : Task.FromResult<Stream>(new SpooledBlob(blob.Digest, blob.Size, layer.Path).OpenRead());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
