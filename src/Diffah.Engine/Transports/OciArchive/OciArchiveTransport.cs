using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Archives;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports.OciArchive;

/// <summary><c>oci-archive:PATH[:REF]</c>: an OCI image layout in a tar.</summary>
internal sealed class OciArchiveTransport : IImageTransport, IImageLister
{
    /// <inheritdoc/>
    public string Name => TransportNames.OciArchive;

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
        await OpenAsync(reference, reference.Path!, context, cancellationToken);

    /// <inheritdoc/>
    public Task<IImageDestination> OpenDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IImageDestination>(new OciArchiveDestination(reference, new TarOutput(reference.Path!, overwrite), context));

    /// <inheritdoc/>
    public Task CheckDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        AtomicFile.RequireRoom(reference.Path!, overwrite);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListImagesAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        using var tar = await TarFile.TryOpenPlainAsync(reference.Path!, cancellationToken);
        return tar is null ? [] : await OciLayoutSource.ListAsync(reference, tar.TryOpen, cancellationToken);
    }

    /// <summary>Opens an archive that may lie under another name than its reference says.</summary>
    /// <param name="reference">Which image.</param>
    /// <param name="path">Absolute path of the archive.</param>
    /// <param name="context">What may be used.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    internal static async Task<OciLayoutSource> OpenAsync(ImageReference reference, string path, TransportContext context, CancellationToken cancellationToken)
    {
        var tar = await TarFile.OpenAsync(path, reference.Path!, context, cancellationToken);
        return await OciLayoutSource.OpenAsync(reference, tar.TryOpen, tar, cancellationToken);
    }
}
