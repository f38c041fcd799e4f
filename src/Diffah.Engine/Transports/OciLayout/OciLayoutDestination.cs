using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Folders;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>Adds an image to an OCI layout. Its blobs are nobody's until index.json, renamed into place last, lists their manifest.</summary>
internal sealed class OciLayoutDestination(ImageReference reference, bool overwrite) : IImageDestination
{
    private readonly StagedFolder _folder = new(Path.TrimEndingDirectorySeparator(reference.Path!));
    private RawManifest? _manifest;
    private AtomicFile? _indexFile;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageManifest manifest, ImageConfig config) => LayoutPaths.WhyNotExact(manifest.MediaType, reference);

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _folder.HasAsync(LayoutPaths.Blob(blob.Digest), blob, cancellationToken);

    /// <inheritdoc/>
    public Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken) =>
        _folder.WriteAsync(LayoutPaths.Blob(blob.Digest), content, blob.Size, cancellationToken);

    /// <inheritdoc/>
    public async Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        if (LayoutPaths.WhyNotExact(manifest.MediaType, reference) is { } reason)
            throw TransportErrors.NotExact(reason);
        await _folder.WriteAsync(LayoutPaths.Blob(manifest.Digest), manifest.Bytes, cancellationToken).ConfigureAwait(false);
        _manifest = manifest;
    }

    /// <inheritdoc/>
    public async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("There is no manifest to stage.");
        if (!File.Exists(Path.Combine(_folder.Root, LayoutPaths.Marker)))
            await _folder.WriteAsync(LayoutPaths.Marker, LayoutPaths.MarkerContent.ToArray(), cancellationToken).ConfigureAwait(false);
        // Read again: another process may have added an image since the destination was opened.
        var existing = await OciLayoutSource.ReadIndexAsync(reference, TryOpen, cancellationToken).ConfigureAwait(false) ?? LayoutIndex.Empty;
        var index = existing.With(manifest.Descriptor, reference, overwrite);
        _indexFile = await _folder.PrepareAsync(LayoutPaths.Index, index.Raw.Bytes, cancellationToken).ConfigureAwait(false);
        return OciLayoutSource.OpenStaged(reference, index, TryOpen);
    }

    /// <inheritdoc/>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        var index = _indexFile ?? throw new InvalidOperationException("Nothing is staged.");
        cancellationToken.ThrowIfCancellationRequested();
        index.Commit();
        _folder.Keep();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_indexFile is not null)
            await _indexFile.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    private Stream? TryOpen(string name) => FolderFiles.TryOpen(_folder.Root, name);
}
