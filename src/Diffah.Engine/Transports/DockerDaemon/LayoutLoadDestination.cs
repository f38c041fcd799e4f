using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// Writes an image to an engine whose images containerd keeps: a load of an OCI layout, so that manifest and blobs
/// arrive as they are.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="client">The engine.</param>
/// <param name="reference">Where to.</param>
/// <param name="context">What may be used.</param>
internal sealed class LayoutLoadDestination(
    IImageTransport transport, EngineClient client, ImageReference reference, TransportContext context)
    : LayoutDestination(transport, reference), IImageDestination
{
    private ImageLoad? _load;

    private ImageLoad Load => _load ??= new ImageLoad(client, context.Events.For("transports"));

    /// <inheritdoc/>
    public override Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        Task.FromResult(Load.Tar.Contains(LayoutPaths.Blob(blob.Digest)));

    /// <inheritdoc/>
    public override Stream? TryOpenWritten(Descriptor blob) => null;

    /// <inheritdoc/>
    public override Task<IImageSource?> StageAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IImageSource?>(null);

    /// <inheritdoc/>
    // What names the image goes last: an engine that acts before a tar's end has nothing to act on.
    public override async Task CommitAsync(CancellationToken cancellationToken)
    {
        var index = LayoutIndex.Of(Manifest.Descriptor, Reference.FullName!);
        await WriteAsync(LayoutPaths.Index, index.Raw.Bytes, cancellationToken);
        await Load.FinishAsync(cancellationToken);
        await LoadedImage.RequireAsync(client, Reference, Manifest.Digest, null, cancellationToken);
    }

    /// <inheritdoc/>
    // containerd has checked every blob, and the id is the manifest's digest here.
    public Task<IImageSource?> OpenCommittedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IImageSource?>(null);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _load?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    // containerd takes Docker's manifests in a layout too.
    protected override string? WhyNotExact(RawManifest manifest) => null;

    /// <inheritdoc/>
    protected override Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken) =>
        Load.Tar.WriteAsync(name, content, size, cancellationToken);

    /// <inheritdoc/>
    protected override Task WriteAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Load.Tar.WriteAsync(name, content.ToArray(), cancellationToken);
}
