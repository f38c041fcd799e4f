using System.Collections.Concurrent;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>
/// An image of containerd, which keeps manifests and compressed blobs as they came. What an index lists need not be
/// there: of an image that was pulled for one platform, the others are missing.
/// </summary>
/// <param name="reference">What was opened.</param>
/// <param name="store">Where it is.</param>
/// <param name="image">What the name meant then.</param>
internal sealed class ContainerdSource(ImageReference reference, ContainerdStore store, ContainerdImage image)
    : ITaggedSource, INamedSource
{
    private readonly Descriptor _root = new(image.MediaType, Digest.Parse(image.Digest), image.Size);
    private readonly ConcurrentDictionary<Digest, Descriptor> _listed = new();

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public ImageTitle Title =>
        ImageName.TryParse(image.Name) is { } name ? new ImageTitle(name.Name, name.Tag) : ImageTitle.None;

    /// <inheritdoc/>
    public int ManifestsAtATime => ContainerdTransport.CallsAtATime;

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        var wanted = digest ?? _root.Digest;
        var descriptor = wanted == _root.Digest ? _root : _listed.GetValueOrDefault(wanted);
        var what = $"Manifest {wanted} of {reference}";
        var raw = await ManifestReader.ReadAsync(
            await OpenAsync(wanted, what, cancellationToken), wanted, descriptor, what, cancellationToken);
        if (MediaTypes.IsIndex(raw.MediaType))
        {
            foreach (var listed in ImageIndex.Parse(raw).Manifests)
                _listed.TryAdd(listed.Digest, listed);
        }
        return raw;
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        OpenAsync(blob.Digest, $"blob {blob.Digest} of {reference}", cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> HasMovedAsync(CancellationToken cancellationToken)
    {
        if (ContainerdNames.DigestOf(reference) is not null)
            return false;
        var now = await store.RunAsync(
            reference.ToString(), c => c.FindImageAsync(image.Name, store.Scope, cancellationToken));
        return now?.Digest != image.Digest;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Stream> OpenAsync(Digest digest, string what, CancellationToken cancellationToken)
    {
        var reader = await store.RunAsync(
            what, c => c.OpenBlobAsync(digest.ToString(), store.Scope, cancellationToken));
        return reader is null
            ? throw TransportErrors.BlobMissing(digest, reference)
            : new ContainerdBlobStream(store, reader, what);
    }
}
