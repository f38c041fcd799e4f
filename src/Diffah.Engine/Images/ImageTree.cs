using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>What is copied: one image, or an index with all that is below it.</summary>
internal sealed class ImageTree
{
    private ImageTree(IImageSource source, ManifestTree manifests, Image? image) =>
        (Source, Manifests, Image) = (source, manifests, image);

    /// <summary>Where it comes from; not owned.</summary>
    public IImageSource Source { get; }

    /// <summary>Its manifests.</summary>
    public ManifestTree Manifests { get; }

    /// <summary>The image; null where it is an index.</summary>
    public Image? Image { get; }

    /// <summary>What refers to it, and is copied with it.</summary>
    public ImmutableArray<ReferrerTree> Referrers { get; private init; } = [];

    /// <summary>The same with what refers to it.</summary>
    /// <param name="referrers">What does.</param>
    public ImageTree With(ImmutableArray<ReferrerTree> referrers) =>
        new(Source, Manifests, Image) { Referrers = referrers };

    /// <summary>A referrer, as what it lists is copied.</summary>
    /// <param name="referrer">The referrer.</param>
    public static ImageTree Of(ReferrerTree referrer) => new(referrer.Source, referrer.Tree, null);

    /// <summary>One image, whatever index it was picked from.</summary>
    /// <param name="image">The image.</param>
    public static ImageTree Of(Image image) =>
        new(image.Source, ManifestTree.Of(image.Manifest, image.Config.Platform), image);

    /// <summary>Opens all that a source names.</summary>
    /// <param name="source">The source; must outlive the tree.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="Diagnostics.DiffahException">BlobMissing, DigestMismatch, SizeMismatch,
    /// InvalidManifest.</exception>
    public static async Task<ImageTree> OpenAsync(IImageSource source, CancellationToken cancellationToken)
    {
        var manifests = await ManifestTree.ReadAsync(source, cancellationToken);
        return manifests.IsIndex
            ? new ImageTree(source, manifests, null)
            : Of(await Image.OpenAsync(source, Platform.Default, cancellationToken));
    }

    /// <summary>Says why a transport can't hold it digest for digest; null where it can.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="reference">Where it would go.</param>
    public string? WhyNotExact(IImageTransport transport, ImageReference reference) => Image is null
        ? transport.WhyNotExact(reference, Manifests)
        : transport.WhyNotExact(reference, Image.Manifest, Image.Config);
}
