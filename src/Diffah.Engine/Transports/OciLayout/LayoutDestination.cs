using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>
/// What is the same for an OCI layout in a folder and in a tar: the marker first, then blobs and manifests under their
/// digests.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
internal abstract class LayoutDestination(IImageTransport transport, ImageReference reference) : IImageDestination
{
    private readonly List<RawManifest> _referrers = [];
    private RawManifest? _manifest;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    /// <summary>What the index is to list.</summary>
    protected RawManifest Manifest =>
        _manifest ?? throw new InvalidOperationException("There is no manifest to stage.");

    /// <summary>What the index is to list beside it: manifests that refer to others.</summary>
    protected IReadOnlyList<RawManifest> Referrers => _referrers;

    /// <inheritdoc/>
    public abstract Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        await WriteMarkerAsync(cancellationToken);
        await WriteAsync(LayoutPaths.Blob(blob.Digest), content, blob.Size, cancellationToken);
    }

    /// <inheritdoc/>
    public abstract Stream? TryOpenWritten(Descriptor blob);

    /// <inheritdoc/>
    public async Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        await PutChildManifestAsync(manifest, cancellationToken);
        _manifest = manifest;
    }

    /// <summary>See <see cref="IReferrerDestination"/>: the layouts that others read are such.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task PutReferrerAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        await PutChildManifestAsync(manifest, cancellationToken);
        _referrers.Add(manifest);
    }

    /// <inheritdoc/>
    public async Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        if (WhyNotExact(manifest) is { } reason)
            throw TransportErrors.NotExact(reason);
        await WriteMarkerAsync(cancellationToken);
        await WriteAsync(LayoutPaths.Blob(manifest.Digest), manifest.Bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public abstract Task<IImageSource?> StageAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task CommitAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Why a manifest can't be in the layout; null where it can.</summary>
    protected virtual string? WhyNotExact(RawManifest manifest) =>
        LayoutPaths.WhyNotExact(manifest.MediaType, reference);

    /// <summary>Writes the file that says that this is a layout, unless it is there.</summary>
    protected virtual Task WriteMarkerAsync(CancellationToken cancellationToken) =>
        WriteAsync(LayoutPaths.Marker, LayoutPaths.MarkerContent.ToArray(), cancellationToken);

    /// <summary>Writes a file of the layout, unless it is there.</summary>
    protected abstract Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken);

    /// <summary>Writes a small file of the layout, unless it is there.</summary>
    protected abstract Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
