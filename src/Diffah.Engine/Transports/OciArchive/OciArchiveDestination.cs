using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Archives;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports.OciArchive;

/// <summary>Writes an OCI image layout into a tar: oci-layout, blobs as they come, index.json last.</summary>
internal sealed class OciArchiveDestination(ImageReference reference, TarOutput output, TransportContext context) : IImageDestination
{
    private RawManifest? _manifest;
    private bool _staged;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageManifest manifest, ImageConfig config) => LayoutPaths.WhyNotExact(manifest.MediaType, reference);

    /// <inheritdoc/>
    public string? WhyNotExact(ManifestTree index) => LayoutPaths.WhyNotExact(index, reference);

    /// <inheritdoc/>
    public ImageForm? Form => ImageForm.Oci;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(output.Contains(LayoutPaths.Blob(blob.Digest)));

    /// <inheritdoc/>
    public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        await WriteMarkerAsync(cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(LayoutPaths.Blob(blob.Digest), content, blob.Size, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        await PutChildManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        _manifest = manifest;
    }

    /// <inheritdoc/>
    public async Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        if (LayoutPaths.WhyNotExact(manifest.MediaType, reference) is { } reason)
            throw TransportErrors.NotExact(reason);
        await WriteMarkerAsync(cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(LayoutPaths.Blob(manifest.Digest), manifest.Bytes.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("There is no manifest to stage.");
        var index = LayoutIndex.Empty.With(manifest.Descriptor, reference, overwrite: false);
        await output.WriteAsync(LayoutPaths.Index, index.Raw.Bytes.ToArray(), cancellationToken).ConfigureAwait(false);
        await output.FinishAsync(cancellationToken).ConfigureAwait(false);
        _staged = true;
        return await OciArchiveTransport.OpenAsync(reference, output.TemporaryPath, context, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        if (!_staged)
            throw new InvalidOperationException("Nothing is staged.");
        cancellationToken.ThrowIfCancellationRequested();
        output.Commit();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => output.DisposeAsync();

    private Task WriteMarkerAsync(CancellationToken cancellationToken) =>
        output.WriteAsync(LayoutPaths.Marker, LayoutPaths.MarkerContent.ToArray(), cancellationToken);
}
