using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>One image of a source, with manifest and configuration read and its layers at hand.</summary>
internal sealed class Image
{
    private Image(IImageSource source, ImageManifest manifest, ReadOnlyMemory<byte> configBytes, ImageConfig config)
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

    /// <summary>The configuration's bytes as stored.</summary>
    public ReadOnlyMemory<byte> ConfigBytes { get; }

    /// <summary>The configuration.</summary>
    public ImageConfig Config { get; }

    /// <summary>True where an index lists it for the platform that was picked.</summary>
    private bool IsListed { get; init; }

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
        if (IsListed)
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
        var raw = await source.GetManifestAsync(null, cancellationToken);
        var isListed = false;
        for (var depth = 0; MediaTypes.IsIndex(raw.MediaType); depth++)
        {
            ManifestWalk.RequireDepth(depth, source.Reference);
            var chosen = Choose(ImageIndex.Parse(raw), platform, source.Reference);
            isListed = chosen.Platform is not null;
            raw = await source.GetManifestAsync(chosen.Digest, cancellationToken);
        }
        var manifest = ImageManifest.Parse(raw);
        var config = await source.ReadBlobAsync(manifest.Config, ImageConfig.MaximumSize, cancellationToken);
        return new Image(source, manifest, config, ImageConfig.Parse(config)) { IsListed = isListed };
    }

    private static Descriptor Choose(ImageIndex index, Platform platform, ImageReference reference)
    {
        var match = index.Manifests.FirstOrDefault(m => m.Platform?.Satisfies(platform) ?? false)
            // A lone entry that says no platform (an index around one image, as some builders write it) is what is
            // meant.
            ?? (index.Manifests is [{ Platform: null } only] ? only : null);
        if (match is not null)
            return match;
        var known = index.Manifests.Where(m => m.Platform is { OperatingSystem: not "unknown" })
            .Select(m => m.Platform!.ToString()).Distinct().Order(StringComparer.Ordinal);
        throw new DiffahException(DiffahErrors.PlatformNotFound,
            $"{reference} has no image for {platform}. It has: {string.Join(", ", known)}.");
    }
}
