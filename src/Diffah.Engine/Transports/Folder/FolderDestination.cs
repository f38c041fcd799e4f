using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.Folder;

/// <summary>
/// Writes an image into a folder. Its files wait inside the folder until they are published together; manifest.json,
/// renamed into place last, makes them an image.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
/// <param name="overwrite">Whether an image that is there may be replaced.</param>
/// <param name="context">What may be used.</param>
internal sealed class FolderDestination(
    IImageTransport transport, ImageReference reference, bool overwrite, TransportContext context) : IImageDestination
{
    private readonly StagedFolder _folder = new(reference.Path!, context.Events);
    private readonly List<RawManifest> _children = [];
    private RawManifest? _manifest;
    private bool _staged;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _folder.HasAsync(FolderPaths.Blob(blob.Digest), blob, pin: true, cancellationToken);

    /// <inheritdoc/>
    public Stream? TryOpenWritten(Descriptor blob) => _folder.TryOpenStaged(FolderPaths.Blob(blob.Digest));

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
        _staged = true;
        return new FolderSource(reference, manifest, _folder.TryOpen);
    }

    /// <inheritdoc/>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (!_staged)
            throw new InvalidOperationException("Nothing is staged.");
        using (await _folder.LockAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            FolderPaths.RequireNoLinks(_folder.Root);
            FolderPaths.RequireRoom(reference, overwrite);
            await _folder.PublishAsync(FolderPaths.Manifest, _manifest!, cancellationToken);
            RemoveStale();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    // What only the image that was replaced needed, and no other run that is about to replace this one. The new one is
    // in place: a file that can't be removed is no failure.
    private void RemoveStale()
    {
        var images = _children.Append(_manifest!).Where(m => MediaTypes.IsManifest(m.MediaType))
            .Select(ImageManifest.Parse);
        var kept = images.SelectMany(i => i.Layers.Append(i.Config)).Select(b => FolderPaths.Blob(b.Digest))
            .Concat(_children.Select(c => FolderPaths.NestedManifest(c.Digest))).ToHashSet(StringComparer.Ordinal);
        kept.UnionWith(_folder.PinnedByOthers());
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
