using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>
/// Finds the image that fits a platform best. Every transport and every command picks by it. Attestations are never
/// picked.
/// </summary>
/// <param name="source">Where the manifests are.</param>
/// <param name="platform">What was asked for.</param>
internal sealed class PlatformChoice(IImageSource source, Platform platform)
{
    // Each is read to see what it is for; builders that name no platforms list a handful.
    private const int MaximumAsked = 256;

    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);
    private int _asked;

    /// <summary>The manifest of the image; a root that is no index is the image.</summary>
    /// <param name="root">What the source's reference names.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">PlatformNotFound, InvalidManifest, and what the source throws.</exception>
    public async Task<ChosenManifest> FindAsync(RawManifest root, CancellationToken cancellationToken) =>
        await FindAsync(root, null, 0, cancellationToken)
            ?? throw new DiffahException(DiffahErrors.PlatformNotFound,
                $"{source.Reference} has no image for {platform}. "
                    + (_known.Count == 0 ? "It names no platform." : $"It has: {ShortText.List(_known)}."));

    private async Task<ChosenManifest?> FindAsync(
        RawManifest manifest, Platform? listed, int depth, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(manifest.MediaType))
            return new ChosenManifest(manifest, listed);
        ManifestWalk.RequireDepth(depth, source.Reference);
        var images = ImageIndex.Parse(manifest).Manifests.Where(m => !m.IsAttestation).ToImmutableArray();
        _known.UnionWith(images.Select(m => m.Platform).OfType<Platform>().Select(p => p.ToString()));
        if (Best(images, m => m.Platform) is { } best)
            return await FindAsync(
                await source.GetManifestAsync(best.Digest, cancellationToken), best.Platform, depth + 1,
                cancellationToken);
        var unnamed = images.Where(m => m.Platform is null).DistinctBy(m => m.Digest).ToArray();
        // A lone entry that says no platform (an index around one image, as some builders write it) is what is meant.
        if (unnamed is [var only] && images.Length == 1)
            return await FindAsync(
                await source.GetManifestAsync(only.Digest, cancellationToken), listed, depth + 1, cancellationToken);
        return await AskAsync(unnamed, depth, cancellationToken);
    }

    /// <summary>Where the index says nothing, each image's own configuration does.</summary>
    private async Task<ChosenManifest?> AskAsync(
        IEnumerable<Descriptor> unnamed, int depth, CancellationToken cancellationToken)
    {
        var found = new List<(ChosenManifest Manifest, Platform? Platform)>();
        foreach (var entry in unnamed)
        {
            if (++_asked > MaximumAsked)
                throw new DiffahException(DiffahErrors.InvalidManifest,
                    $"{source.Reference} lists more than {MaximumAsked} images without a platform.",
                    "Name the image by its digest.");
            var child = await source.GetManifestAsync(entry.Digest, cancellationToken);
            if (await FindAsync(child, null, depth + 1, cancellationToken) is { } inside)
                found.Add((inside, inside.Platform ?? await OwnPlatformAsync(inside.Raw, cancellationToken)));
        }
        _known.UnionWith(found.Select(f => f.Platform).OfType<Platform>().Select(p => p.ToString()));
        return Best(found, f => f.Platform).Manifest;
    }

    private async Task<Platform?> OwnPlatformAsync(RawManifest manifest, CancellationToken cancellationToken) =>
        (await Image.ReadConfigAsync(source, ImageManifest.Parse(manifest), cancellationToken)).Config.Platform;

    /// <summary>The first of those that fit best.</summary>
    private T? Best<T>(IEnumerable<T> images, Func<T, Platform?> platformOf) => images
        .Select(image => (Image: image, Rank: platformOf(image) is { } p ? PlatformFit.Rank(p, platform) : null))
        .Where(i => i.Rank is not null).OrderBy(i => i.Rank).Select(i => i.Image).FirstOrDefault();
}

/// <summary>The manifest that a platform picked.</summary>
/// <param name="Raw">Its bytes as stored.</param>
/// <param name="Platform">The platform that an index lists it for; null where none does.</param>
internal sealed record ChosenManifest(RawManifest Raw, Platform? Platform);
