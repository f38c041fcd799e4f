using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>
/// Adds an image to an OCI layout. Its blobs are nobody's until index.json, renamed into place last, lists their
/// manifest. Several images can be on their way into one layout at the same time.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
/// <param name="overwrite">Whether an image of the same name may be replaced.</param>
/// <param name="found">The layout's index when it was opened; null where there was none.</param>
internal sealed class OciLayoutDestination(
    IImageTransport transport, ImageReference reference, bool overwrite, LayoutIndex? found)
    : LayoutDestination(transport, reference)
{
    // Whoever publishes reads the index, adds to it and replaces it: nobody of this process may come between.
    private static readonly SemaphoreSlim Publishing = new(1);

    private readonly StagedFolder _folder = new(Path.TrimEndingDirectorySeparator(reference.Path!));
    private LayoutIndex? _stagedOn;
    private AtomicFile? _indexFile;
    private bool _committed;

    /// <inheritdoc/>
    public override Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _folder.HasAsync(LayoutPaths.Blob(blob.Digest), blob, cancellationToken);

    /// <inheritdoc/>
    public override async Task<IImageSource?> StageAsync(CancellationToken cancellationToken) =>
        OciLayoutSource.OpenStaged(Reference, await PrepareIndexAsync(cancellationToken), TryOpen);

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_indexFile is null)
            throw new InvalidOperationException("Nothing is staged.");
        await Publishing.WaitAsync(cancellationToken);
        try
        {
            if (!Same(_stagedOn, await ReadIndexAsync(cancellationToken)))
                await PrepareIndexAsync(cancellationToken);
            _indexFile.Commit();
            _committed = true;
            _folder.Keep();
        }
        finally
        {
            Publishing.Release();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_indexFile is not null)
            await _indexFile.DisposeAsync();
        if (!_committed && await SomebodyPublishedAsync())
            _folder.Keep();
        _folder.Dispose();
    }

    /// <inheritdoc/>
    // First of all, so that the folder is known for what it becomes to others who begin meanwhile.
    protected override Task WriteMarkerAsync(CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(_folder.Root, LayoutPaths.Marker))
            ? Task.CompletedTask
            : base.WriteMarkerAsync(cancellationToken);

    /// <inheritdoc/>
    protected override Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken) =>
        _folder.WriteAsync(name, content, size, cancellationToken);

    /// <inheritdoc/>
    protected override Task WriteAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _folder.WriteAsync(name, content, cancellationToken);

    private async Task<LayoutIndex> PrepareIndexAsync(CancellationToken cancellationToken)
    {
        var manifest = Manifest;
        if (_indexFile is not null)
            await _indexFile.DisposeAsync();
        _stagedOn = await ReadIndexAsync(cancellationToken);
        var index = (_stagedOn ?? LayoutIndex.Empty).With(manifest.Descriptor, Reference, overwrite);
        _indexFile = await _folder.PrepareAsync(LayoutPaths.Index, index.Raw.Bytes, cancellationToken);
        return index;
    }

    // They may rely on blobs that they found in place because they were written here.
    private async Task<bool> SomebodyPublishedAsync()
    {
        try
        {
            return !Same(found, await ReadIndexAsync(CancellationToken.None));
        }
        catch (DiffahException)
        {
            return true; // not the index that was found, which could be read
        }
    }

    private Task<LayoutIndex?> ReadIndexAsync(CancellationToken cancellationToken) =>
        OciLayoutSource.ReadIndexAsync(Reference, TryOpen, cancellationToken);

    private static bool Same(LayoutIndex? one, LayoutIndex? other) => one?.Raw.Digest == other?.Raw.Digest;

    private Stream? TryOpen(string name) => FolderFiles.TryOpen(_folder.Root, name);
}
