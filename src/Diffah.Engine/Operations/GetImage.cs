using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>Reads what an image is made of; no layer is read.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class GetImage(ITransportCatalog transports)
{
    /// <summary>Whether the user asked for the platform, so that an image that is in no index and is for another one is refused.</summary>
    public bool RequirePlatform { get; init; }

    /// <summary>Reads manifest and configuration.</summary>
    /// <param name="reference">The image. A path in it is absolute.</param>
    /// <param name="platform">Which image of an index is meant.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public async Task<ImageDetails> RunAsync(ImageReference reference, Platform platform, EventSink events, CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePath(reference);
        using var work = new WorkDirectory(Path.GetTempPath());
        await using var source = await transports.Get(reference).OpenSourceAsync(reference, new TransportContext(work, events), cancellationToken);
        var root = await source.GetManifestAsync(null, cancellationToken);
        var image = await Image.OpenAsync(source, platform, cancellationToken);
        if (RequirePlatform)
            image.RequirePlatform(platform, events);
        return Describe(reference, image, MediaTypes.IsIndex(root.MediaType) ? ImageIndex.Parse(root) : null);
    }

    private static ImageDetails Describe(ImageReference reference, Image image, ImageIndex? index) => new()
    {
        Reference = reference.ToString(),
        Digest = image.Manifest.Digest.ToString(),
        MediaType = image.Manifest.MediaType,
        Platform = image.Config.Platform?.ToString(),
        ConfigDigest = image.Manifest.Config.Digest.ToString(),
        ConfigMediaType = image.Manifest.Config.MediaType,
        ConfigSize = image.Manifest.Config.Size,
        Created = image.Config.Created,
        Layers = [.. image.Layers.Select((l, i) => Describe(image, l, i))],
        Platforms = index is null ? [] : [.. index.Manifests.Select(Describe)],
        IndexDigest = index?.Raw.Digest.ToString(),
    };

    private static ImageLayerDetails Describe(Image image, Layer layer, int index) =>
        new(index, layer.Digest.ToString(), layer.DiffId?.ToString(), layer.Size, layer.MediaType) { CreatedBy = image.Config.CreatedBy(index, image.Layers.Length) };

    private static ImagePlatformDetails Describe(Descriptor listed) => new(listed.Platform?.ToString(), listed.Digest.ToString(), listed.MediaType, listed.Size);
}
