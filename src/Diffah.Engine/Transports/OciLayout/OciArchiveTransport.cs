using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary><c>oci-archive:PATH[:REF]</c>: an OCI image layout in a tar.</summary>
/// <param name="streams">What <c>-</c> in place of the path means; null refuses it.</param>
internal sealed class OciArchiveTransport(StandardStreams? streams = null) : IImageTransport, IImageLister
{
    private readonly StandardStreams _streams = streams ?? StandardStreams.None;

    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.OciArchive;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) =>
        LayoutPaths.WhyNotExact(manifest.MediaType, reference);

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ManifestTree index) =>
        LayoutPaths.WhyNotExact(index, reference);

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
        await OpenAsync(
            reference, await ArchivePlace.FindAsync(reference, _streams, context, cancellationToken), context,
            cancellationToken);

    /// <inheritdoc/>
    public Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IImageDestination>(new OciArchiveDestination(
            this, reference, ArchivePlace.Create(reference, overwrite, _streams, context), context));

    /// <inheritdoc/>
    public Task CheckDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        ArchivePlace.RequireRoom(reference, overwrite, _streams);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListImagesAsync(
        ImageReference reference, CancellationToken cancellationToken)
    {
        if (reference.IsStandardStream)
            return [];
        using var tar = await TarFile.TryOpenPlainAsync(reference.Path!, cancellationToken);
        return tar is null ? [] : await OciLayoutSource.ListAsync(reference, tar.TryOpen, cancellationToken);
    }

    /// <summary>Opens an archive that may lie under another name than its reference says.</summary>
    /// <param name="reference">Which image.</param>
    /// <param name="path">Absolute path of the archive.</param>
    /// <param name="context">What may be used.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    internal static async Task<OciLayoutSource> OpenAsync(
        ImageReference reference, string path, TransportContext context, CancellationToken cancellationToken)
    {
        var tar = await TarFile.OpenAsync(path, reference.Shown, context, cancellationToken);
        return await OciLayoutSource.OpenAsync(reference, tar.TryOpen, tar, cancellationToken);
    }
}

/// <summary>Writes an OCI image layout into a tar: oci-layout, blobs as they come, index.json last.</summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
/// <param name="output">The tar; owned.</param>
/// <param name="context">What may be used.</param>
internal sealed class OciArchiveDestination(
    IImageTransport transport, ImageReference reference, TarOutput output, TransportContext context)
    : LayoutDestination(transport, reference), IReferrerDestination
{
    /// <inheritdoc/>
    public override Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        Task.FromResult(output.Contains(LayoutPaths.Blob(blob.Digest)));

    /// <inheritdoc/>
    public override Stream? TryOpenWritten(Descriptor blob) => output.TryOpen(LayoutPaths.Blob(blob.Digest));

    /// <inheritdoc/>
    public override async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var index = LayoutIndex.Empty.With(Manifest.Descriptor, Reference, overwrite: false).With(Referrers, Reference);
        await WriteAsync(LayoutPaths.Index, index.Raw.Bytes, cancellationToken);
        return await output.StageAsync(
            path => OciArchiveTransport.OpenAsync(Reference, path, context, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken) => output.CommitAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => output.DisposeAsync();

    /// <inheritdoc/>
    protected override Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken) =>
        output.WriteAsync(name, content, size, cancellationToken);

    /// <inheritdoc/>
    protected override Task WriteAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        output.WriteAsync(name, content.ToArray(), cancellationToken);
}
