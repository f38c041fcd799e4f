using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>One image of a source, with manifest and configuration read and its layers at hand.</summary>
internal sealed class Image
{
    private Image(IImageSource source, ImageManifest manifest, ReadOnlyMemory<byte>? configBytes, ImageConfig config)
    {
        (Source, Manifest, ConfigBytes, Config) = (source, manifest, configBytes, config);
        var exactIds = config.DiffIds.Length == manifest.Layers.Length;
        Layers =
            [.. manifest.Layers.Select((l, i) =>
                new Layer(l, exactIds ? config.DiffIds[i] : null, async ct => await source.OpenVerifiedAsync(l, ct)))];
    }

    /// <summary>Where it comes from; not owned.</summary>
    public IImageSource Source { get; }

    /// <summary>The manifest.</summary>
    public ImageManifest Manifest { get; }

    /// <summary>The configuration's bytes as stored; null for an artifact's, which is not read.</summary>
    public ReadOnlyMemory<byte>? ConfigBytes { get; }

    /// <summary>What the configuration says; nothing, for an artifact.</summary>
    public ImageConfig Config { get; }

    /// <summary>The configuration as a blob, where it was not read; null where it was.</summary>
    public Layer? UnreadConfig => ConfigBytes is null
        ? new Layer(Manifest.Config, null, async ct => await Source.OpenVerifiedAsync(Manifest.Config, ct))
        : null;

    /// <summary>The platform that an index lists it for; null where none does.</summary>
    public Platform? Listed { get; private init; }

    /// <summary>The layers, base first.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>
    /// Refuses an image for another platform than was asked for, and warns of one that does not say. One that an index
    /// lists for the platform is what the index says.
    /// </summary>
    /// <param name="asked">The platform.</param>
    /// <param name="events">Whom to tell.</param>
    /// <exception cref="DiffahException">PlatformNotFound.</exception>
    public void RequirePlatform(Platform asked, EventSink events)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (Listed is not null)
            return;
        if (Config.Platform is not { } own)
            events.Warn(
                $"{Source.Reference} does not say which platform it is for; it is taken for {asked}, as asked.");
        // A configuration without a variant, as many builders write it, says nothing against one.
        else if (!own.Satisfies(own.Variant is null ? asked with { Variant = null } : asked))
            throw new DiffahException(DiffahErrors.PlatformNotFound,
                $"{Source.Reference} is one image, for {own}, and has none for {asked}.",
                "Leave Platform (--platform) out, or name an image for the platform.");
    }

    /// <summary>Opens the one image of a source that fits a platform.</summary>
    /// <param name="source">The source; must outlive the image.</param>
    /// <param name="platform">What to pick from an index; an image that is not in an index is taken as it is.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">PlatformNotFound, InvalidManifest, BlobMissing, DigestMismatch,
    /// SizeMismatch.</exception>
    public static async Task<Image> OpenAsync(
        IImageSource source, Platform platform, CancellationToken cancellationToken)
    {
        var root = await source.GetManifestAsync(null, cancellationToken);
        var chosen = await new PlatformChoice(source, platform).FindAsync(root, cancellationToken);
        return await OpenChosenAsync(source, chosen, cancellationToken);
    }

    /// <summary>Opens an image that was picked from a source already.</summary>
    /// <param name="source">The source; must outlive the image.</param>
    /// <param name="chosen">Its manifest, and the platform that an index lists it for.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">InvalidManifest, BlobMissing, DigestMismatch, SizeMismatch.</exception>
    public static async Task<Image> OpenChosenAsync(
        IImageSource source, ChosenManifest chosen, CancellationToken cancellationToken)
    {
        var manifest = ImageManifest.Parse(chosen.Raw);
        var (bytes, config) = await ReadConfigAsync(source, manifest, cancellationToken);
        return new Image(source, manifest, bytes, config) { Listed = chosen.Platform };
    }

    /// <summary>
    /// Reads an image's configuration. That of an artifact is a blob like any other: it may be anything, and of any
    /// size.
    /// </summary>
    /// <param name="source">Where it is.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The bytes, null where they were not read; and what they say.</returns>
    /// <exception cref="DiffahException">InvalidManifest, BlobMissing, DigestMismatch, SizeMismatch.</exception>
    public static async Task<(ReadOnlyMemory<byte>? Bytes, ImageConfig Config)> ReadConfigAsync(
        IImageSource source, ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
            return (null, ImageConfig.None);
        var bytes = await source.ReadBlobAsync(manifest.Config, ImageConfig.MaximumSize, cancellationToken);
        try
        {
            return (bytes, ImageConfig.Parse(bytes));
        }
        catch (DiffahException) when (manifest.IsArtifact)
        {
            return (bytes, ImageConfig.None);
        }
    }
}
