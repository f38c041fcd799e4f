using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations.Requests;

/// <summary>
/// Images opened for reading, each distinct reference once, however many ask for it; disposing closes their sources.
/// </summary>
/// <param name="transports">Where images come from.</param>
/// <param name="platform">Which image of an index is meant.</param>
/// <param name="isAsked">Whether the user asked for the platform, so that an image for another one is refused.</param>
/// <param name="context">What transports may use.</param>
internal sealed class OpenedImages(
    ITransportCatalog transports, Platform platform, bool isAsked, TransportContext context) : IAsyncDisposable
{
    private readonly List<IImageSource> _sources = [];
    private readonly Dictionary<(ImageReference, Platform, Digest?), Task<Image>> _images = [];
    private readonly Dictionary<ImageReference, Task<IImageSource>> _shared = [];

    /// <summary>
    /// The platform that an image is taken to be for: what the user asked for, or else what it says itself.
    /// </summary>
    public Platform PlatformOf(Image image) =>
        image.Listed ?? (isAsked ? platform : image.Config.Platform ?? platform);

    /// <summary>The image of a reference. One that can't be opened is not tried twice.</summary>
    /// <exception cref="Diagnostics.DiffahException">What transports and <see cref="Image.OpenAsync"/>
    /// throw.</exception>
    public Task<Image> GetAsync(ImageReference reference, CancellationToken cancellationToken) =>
        GetAsync(reference, platform, cancellationToken);

    /// <summary>The image of a reference for a platform of its own.</summary>
    /// <exception cref="Diagnostics.DiffahException">What transports and <see cref="Image.OpenAsync"/>
    /// throw.</exception>
    public Task<Image> GetAsync(ImageReference reference, Platform wanted, CancellationToken cancellationToken) =>
        GetAsync(reference, wanted, null, cancellationToken);

    /// <summary>
    /// The image of a reference that has a digest, where its index lists that; otherwise the one for a platform.
    /// </summary>
    /// <exception cref="Diagnostics.DiffahException">What transports and <see cref="Image.OpenAsync"/>
    /// throw.</exception>
    public Task<Image> GetAsync(
        ImageReference reference, Platform wanted, Digest? exact, CancellationToken cancellationToken)
    {
        if (!_images.TryGetValue((reference, wanted, exact), out var image))
            _images[(reference, wanted, exact)] = image = OpenAsync(reference, wanted, exact, cancellationToken);
        return image;
    }

    /// <summary>Opens all that a reference names, for who looks at more than one image of it.</summary>
    /// <exception cref="Diagnostics.DiffahException">What transports throw.</exception>
    public async Task<IImageSource> OpenSourceAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var source = await transports.Get(reference).OpenSourceAsync(reference, context, cancellationToken);
        _sources.Add(source);
        return source;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync();
    }

    private async Task<Image> OpenAsync(
        ImageReference reference, Platform wanted, Digest? exact, CancellationToken cancellationToken)
    {
        if (!_shared.TryGetValue(reference, out var opening))
            _shared[reference] = opening = OpenSourceAsync(reference, cancellationToken);
        var source = await opening;
        var image = await FindAsync(source, exact, cancellationToken)
            ?? await Image.OpenAsync(source, wanted, cancellationToken);
        if (isAsked)
            image.RequirePlatform(wanted, context.Events);
        StoryLines.TellOpened(context.Events, reference, ManifestTree.Of(image.Manifest));
        return image;
    }

    private static async Task<Image?> FindAsync(
        IImageSource source, Digest? exact, CancellationToken cancellationToken)
    {
        if (exact is not { } digest)
            return null;
        var root = await source.GetManifestAsync(null, cancellationToken);
        if (!MediaTypes.IsIndex(root.MediaType))
            return null;
        var listed = await ListedImages.ReadAsync(source, root, cancellationToken);
        return listed.FirstOrDefault(l => l.Descriptor.Digest == digest) is { } meant
            ? await Image.OpenChosenAsync(source,
                new ChosenManifest(await source.GetManifestAsync(digest, cancellationToken), meant.Platform),
                cancellationToken)
            : null;
    }
}
