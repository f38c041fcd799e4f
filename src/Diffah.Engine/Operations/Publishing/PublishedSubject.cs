using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Publishing;

/// <summary>
/// The image that a delta makes, in the repository where the delta is published: it must be there, so that a delta is
/// found by it.
/// </summary>
internal static class PublishedSubject
{
    /// <summary>Opens the image of a delta.</summary>
    /// <param name="transports">Where the repository is.</param>
    /// <param name="place">The repository, and perhaps what the image must be called there.</param>
    /// <param name="image">What the delta makes.</param>
    /// <param name="context">What transports may use.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">InvalidArgument: no place for deltas; ImageNotFound: the image is not there,
    /// or is another.</exception>
    public static async Task<IReferrerSource> OpenAsync(
        ITransportCatalog transports, ImageReference place, ArchiveImage image, TransportContext context,
        CancellationToken cancellationToken)
    {
        if (IsNamed(place))
            await RequireNamedAsync(transports, place, image.Target.ManifestDigest, context, cancellationToken);
        var exact = PublishedPlace.Require(place).AtDigest(image.Target.ManifestDigest)!;
        try
        {
            return (IReferrerSource)await transports.Get(exact).OpenSourceAsync(exact, context, cancellationToken);
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.RegistryNotFound)
        {
            throw new DiffahException(DiffahErrors.ImageNotFound,
                $"The image that the delta makes, {image.Target.ManifestDigest}, is not in the repository of {place}.",
                "Push the image there first, with its digest as it is; then publish the delta.", e);
        }
    }

    /// <summary>
    /// Finds the configuration of the image that a delta is made from, where that image is in the same repository; null
    /// where it is not.
    /// </summary>
    /// <param name="source">The repository.</param>
    /// <param name="baseline">Digest of the manifest.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public static async Task<Digest?> TryFindConfigAsync(
        IImageSource source, Digest baseline, CancellationToken cancellationToken)
    {
        try
        {
            var raw = await source.GetManifestAsync(baseline, cancellationToken);
            return MediaTypes.IsManifest(raw.MediaType) ? ImageManifest.Parse(raw).Config.Digest : null;
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            return null;
        }
    }

    /// <summary>True where a manifest is there.</summary>
    /// <param name="source">The repository.</param>
    /// <param name="manifest">Its digest.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<bool> HasAsync(IImageSource source, Digest manifest, CancellationToken cancellationToken)
    {
        try
        {
            await source.GetManifestAsync(manifest, cancellationToken);
            return true;
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.BlobMissing)
        {
            return false;
        }
    }

    private static bool IsNamed(ImageReference place) =>
        place.Location.Contains('@', StringComparison.Ordinal) || ImageName.SplitTag(place.Location).Tag is not null;

    private static async Task RequireNamedAsync(
        ITransportCatalog transports, ImageReference place, Digest target, TransportContext context,
        CancellationToken cancellationToken)
    {
        PublishedPlace.Require(place);
        await using var named = await transports.Get(place).OpenSourceAsync(place, context, cancellationToken);
        var root = await named.GetManifestAsync(null, cancellationToken);
        if (root.Digest == target || (MediaTypes.IsIndex(root.MediaType)
            && ImageIndex.Parse(root).Manifests.Any(m => m.Digest == target)))
            return;
        throw new DiffahException(DiffahErrors.ImageNotFound,
            $"{place} is the image {root.Digest}, and the delta makes {target}.",
            "Name the image that the delta makes, or the repository alone.");
    }
}
