using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.Folder;

/// <summary>
/// Writes an image into a folder: blobs first; manifest.json, renamed into place last, makes them an image.
/// </summary>
internal sealed class FolderDestination(IImageTransport transport, ImageReference reference, TransportContext context)
    : IImageDestination
{
    private readonly StagedFolder _folder = new(Path.TrimEndingDirectorySeparator(reference.Path!));
    private readonly List<RawManifest> _children = [];
    private RawManifest? _manifest;
    private AtomicFile? _manifestFile;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _folder.HasAsync(FolderPaths.Blob(blob.Digest), blob, cancellationToken);

    /// <inheritdoc/>
    public Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken) =>
        _folder.WriteAsync(FolderPaths.Blob(blob.Digest), content, blob.Size, cancellationToken);

    /// <inheritdoc/>
    public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        _children.Add(manifest);
        return _folder.WriteAsync(FolderPaths.NestedManifest(manifest.Digest), manifest.Bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _manifest = manifest;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("There is no manifest to stage.");
        await _folder.WriteAsync(FolderPaths.Version, FolderPaths.VersionContent.ToArray(), cancellationToken);
        _manifestFile = await _folder.PrepareAsync(FolderPaths.Manifest, manifest.Bytes, cancellationToken);
        return new FolderSource(reference, manifest);
    }

    /// <inheritdoc/>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        var file = _manifestFile ?? throw new InvalidOperationException("Nothing is staged.");
        cancellationToken.ThrowIfCancellationRequested();
        file.Commit();
        _folder.Keep();
        RemoveStale();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_manifestFile is not null)
            await _manifestFile.DisposeAsync();
        _folder.Dispose();
    }

    // What only the image that was replaced needed. The new one is in place: a file that can't be removed is no
    // failure.
    private void RemoveStale()
    {
        var images = _children.Append(_manifest!).Where(m => MediaTypes.IsManifest(m.MediaType))
            .Select(ImageManifest.Parse);
        var kept = images.SelectMany(i => i.Layers.Append(i.Config)).Select(b => FolderPaths.Blob(b.Digest))
            .Concat(_children.Select(c => FolderPaths.NestedManifest(c.Digest))).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(_folder.Root))
        {
            var name = Path.GetFileName(path);
            if (!FolderPaths.IsContent(name) || kept.Contains(name))
                continue;
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                context.Events.For("transports")
                    .Warn($"'{path}' belonged to the image that was replaced, and can't be removed: {e.Message}");
            }
        }
    }
}
