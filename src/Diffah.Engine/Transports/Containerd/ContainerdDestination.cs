using System.Collections.Concurrent;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>
/// An image on its way into containerd. Blobs and manifests go into its content store, where a lease protects them; the
/// name comes last, and is what makes the image be there. Without it, the end of the lease takes all away.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
/// <param name="name">The name there.</param>
/// <param name="store">The containerd.</param>
internal sealed class ContainerdDestination(
    IImageTransport transport, ImageReference reference, string name, ContainerdStore store) : IImageDestination
{
    private readonly ContainerdLease _lease = new(store);
    private readonly ConcurrentDictionary<Digest, bool> _present = new();
    private RawManifest? _manifest;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    private ContainerdImage Image
    {
        get
        {
            var manifest = _manifest ?? throw new InvalidOperationException("There is no manifest to name.");
            return new(name, manifest.MediaType, manifest.Digest.ToString(), manifest.Bytes.Length);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (_present.ContainsKey(blob.Digest))
            return true;
        // Protected first: what is there then stays.
        var scope = await _lease.ProtectAsync(blob.Digest.ToString(), cancellationToken);
        var size = await store.RunAsync(
            WhatIs(blob.Digest), c => c.FindBlobAsync(blob.Digest.ToString(), scope, cancellationToken));
        return size == blob.Size && (_present[blob.Digest] = true);
    }

    /// <inheritdoc/>
    public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        if (_present.ContainsKey(blob.Digest))
            return;
        await new ContainerdUpload(store, _lease, blob, WhatIs(blob.Digest))
            .RunAsync(content, null, cancellationToken);
        _present[blob.Digest] = true;
    }

    /// <inheritdoc/>
    public async Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(manifest.Bytes.ToArray(), writable: false);
        await new ContainerdUpload(store, _lease, manifest.Descriptor, $"manifest {manifest.Digest} of {reference}")
            .RunAsync(content, GcLabels.Of(manifest), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        await PutChildManifestAsync(manifest, cancellationToken);
        _manifest = manifest;
    }

    /// <inheritdoc/>
    public Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IImageSource?>(new ContainerdSource(reference, store, Image));
    }

    /// <inheritdoc/>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        var image = Image;
        cancellationToken.ThrowIfCancellationRequested();
        var now = await store.RunAsync(
            reference.ToString(), c => c.PutImageAsync(image, store.Scope, cancellationToken));
        if (now.Digest != image.Digest)
            throw new DiffahException(DiffahErrors.DigestMismatch,
                $"{reference} holds the manifest {now.Digest}, not the {image.Digest} that was promised.",
                "Choose another destination, or write the image again.");
        // The image protects its blobs now. What it replaced may be collected later.
        await _lease.EndAsync(collect: false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();

    private string WhatIs(Digest digest) => $"blob {digest} of {reference}";
}
