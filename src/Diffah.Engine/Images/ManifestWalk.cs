using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>Reads an index from the top down, each manifest once.</summary>
/// <param name="source">Where they are.</param>
internal sealed class ManifestWalk(IImageSource source)
{
    /// <summary>How deep indexes may be nested.</summary>
    public const int MaximumDepth = 4;

    // They are kept in memory; the largest index known lists some hundreds, of a few KiB each.
    private const int MaximumCount = 4096;
    private const long MaximumBytes = 64 << 20;

    private readonly HashSet<Digest> _seen = [];
    private readonly List<RawManifest> _children = [];
    private readonly List<ImageManifest> _images = [];
    private readonly List<Platform?> _platforms = [];
    private long _bytes;

    /// <summary>Reads everything below a root.</summary>
    /// <param name="root">The root, read already.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    public async Task<ManifestTree> RunAsync(RawManifest root, CancellationToken cancellationToken)
    {
        await VisitAsync(root, null, 0, cancellationToken);
        return new ManifestTree(root, [.. _children], [.. _images], [.. _platforms]);
    }

    /// <exception cref="DiffahException">InvalidManifest.</exception>
    public static void RequireDepth(int depth, ImageReference reference)
    {
        if (depth >= MaximumDepth)
            throw new DiffahException(DiffahErrors.InvalidManifest, $"The indexes of {reference} are nested deeper than {MaximumDepth}.");
    }

    private async Task VisitAsync(RawManifest manifest, Platform? platform, int depth, CancellationToken cancellationToken)
    {
        Count(manifest);
        if (!MediaTypes.IsIndex(manifest.MediaType))
        {
            _images.Add(ImageManifest.Parse(manifest));
            _platforms.Add(platform);
            return;
        }
        RequireDepth(depth, source.Reference);
        foreach (var listed in ImageIndex.Parse(manifest).Manifests)
            await VisitAsync(listed, listed.Platform ?? platform, depth + 1, cancellationToken);
    }

    private async Task VisitAsync(Descriptor listed, Platform? platform, int depth, CancellationToken cancellationToken)
    {
        if (!_seen.Add(listed.Digest))
        {
            // The same image under another platform.
            if (!MediaTypes.IsIndex(listed.MediaType))
                _platforms.Add(platform);
            return;
        }
        var child = await source.GetManifestAsync(listed.Digest, cancellationToken);
        await VisitAsync(child, platform, depth, cancellationToken);
        _children.Add(child);
    }

    private void Count(RawManifest manifest)
    {
        _bytes += manifest.Bytes.Length;
        if (_seen.Count > MaximumCount || _bytes > MaximumBytes)
            throw new DiffahException(DiffahErrors.InvalidManifest,
                $"The index of {source.Reference} lists more than is copied at once ({MaximumCount} manifests, {MaximumBytes >> 20} MiB of them).",
                "Copy the images that are needed one by one, by platform or digest.");
    }
}
