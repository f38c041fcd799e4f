using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>
/// Adds an image to an OCI layout. Its files wait inside the layout until index.json, renamed into place last, lists
/// their manifest. Several images can be on their way into one layout at the same time, from one process or many: only
/// publishing is one by one.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
/// <param name="overwrite">Whether an image of the same name may be replaced.</param>
/// <param name="context">What may be used.</param>
internal sealed class OciLayoutDestination(
    IImageTransport transport, ImageReference reference, bool overwrite, TransportContext context)
    : LayoutDestination(transport, reference), IReferrerDestination
{
    private readonly StagedFolder _folder = new(reference.Path!, context.Events);
    private bool _staged;

    /// <inheritdoc/>
    public override Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _folder.HasAsync(LayoutPaths.Blob(blob.Digest), blob, pin: false, cancellationToken);

    /// <inheritdoc/>
    public override Stream? TryOpenWritten(Descriptor blob) => _folder.TryOpenStaged(LayoutPaths.Blob(blob.Digest));

    /// <inheritdoc/>
    public override async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var index = await MakeIndexAsync(cancellationToken);
        _staged = true;
        return OciLayoutSource.OpenStaged(Reference, index, _folder.TryOpen);
    }

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (!_staged)
            throw new InvalidOperationException("Nothing is staged.");
        using (await _folder.LockAsync(cancellationToken))
        {
            LayoutPaths.RequireNoLinks(_folder.Root);
            // Read again: what others have published meanwhile stays.
            var index = await MakeIndexAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await _folder.PublishAsync(LayoutPaths.Index, index.Raw, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
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

    private async Task<LayoutIndex> MakeIndexAsync(CancellationToken cancellationToken)
    {
        var found = await OciLayoutSource.ReadIndexAsync(Reference, TryOpenPublished, cancellationToken);
        return (found ?? LayoutIndex.Empty).With(Manifest.Descriptor, Reference, overwrite)
            .With(Referrers, Reference);
    }

    private Stream? TryOpenPublished(string name) => FolderFiles.TryOpen(_folder.Root, name);
}
