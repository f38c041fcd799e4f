using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary><c>oci:DIR[:REF]</c>: an OCI image layout in a folder (OCI image spec, image-layout.md).</summary>
internal sealed class OciLayoutTransport : IImageTransport, IImageLister
{
    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.OciLayout;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) =>
        LayoutPaths.WhyNotExact(manifest.MediaType, reference);

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ManifestTree index) =>
        LayoutPaths.WhyNotExact(index, reference);

    /// <inheritdoc/>
    public ImageFolder FolderOf(ImageReference reference) =>
        new(reference.Path!, LayoutPaths.Marker, LayoutPaths.IsContent);

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        FolderFiles.RequireFolder(reference.Path!);
        return await OciLayoutSource.OpenAsync(
            reference, n => FolderFiles.TryOpen(reference.Path!, n), null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        LayoutPaths.RequireNoLinks(reference.Path!);
        var found =
            FolderFiles.HoldsAnything(reference.Path!) ? await ReadLayoutAsync(reference, cancellationToken) : null;
        found?.RequireRoom(reference, overwrite);
        return new OciLayoutDestination(this, reference, overwrite, context);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListImagesAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        FolderFiles.RequireFolder(reference.Path!);
        return OciLayoutSource.ListAsync(reference, n => FolderFiles.TryOpen(reference.Path!, n), cancellationToken);
    }

    private static async Task<LayoutIndex?> ReadLayoutAsync(
        ImageReference reference, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(reference.Path!, LayoutPaths.Marker))
            && !File.Exists(Path.Combine(reference.Path!, LayoutPaths.Index)))
            throw new DiffahException(DiffahErrors.DestinationExists,
                $"The folder '{reference.Path}' has other things in it and is no OCI image layout.",
                "Choose a new or empty folder, or one that is an OCI image layout.");
        return await OciLayoutSource.ReadIndexAsync(
            reference, n => FolderFiles.TryOpen(reference.Path!, n), cancellationToken);
    }
}
