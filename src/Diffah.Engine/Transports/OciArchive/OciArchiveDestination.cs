using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Archives;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports.OciArchive;

/// <summary>Writes an OCI image layout into a tar: oci-layout, blobs as they come, index.json last.</summary>
/// <param name="reference">Where to.</param>
/// <param name="output">The tar; owned.</param>
/// <param name="context">What may be used.</param>
internal sealed class OciArchiveDestination(ImageReference reference, TarOutput output, TransportContext context) : LayoutDestination(reference)
{
    /// <inheritdoc/>
    public override Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(output.Contains(LayoutPaths.Blob(blob.Digest)));

    /// <inheritdoc/>
    public override async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var index = LayoutIndex.Empty.With(Manifest.Descriptor, Reference, overwrite: false);
        await WriteAsync(LayoutPaths.Index, index.Raw.Bytes, cancellationToken);
        await output.FinishAsync(cancellationToken);
        return await OciArchiveTransport.OpenAsync(Reference, output.TemporaryPath, context, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken)
    {
        output.Commit(cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => output.DisposeAsync();

    /// <inheritdoc/>
    protected override Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken) => output.WriteAsync(name, content, size, cancellationToken);

    /// <inheritdoc/>
    protected override Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => output.WriteAsync(name, content.ToArray(), cancellationToken);
}
