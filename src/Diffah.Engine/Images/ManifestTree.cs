using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>The manifests that a reference names: that of one image, or an index with all that is below it.</summary>
internal sealed class ManifestTree
{
    internal ManifestTree(
        RawManifest root, ImmutableArray<RawManifest> children, ImmutableArray<ImageManifest> images,
        ImmutableArray<Platform?> platforms)
    {
        (Root, Children, Images, Platforms) = (root, children, images, platforms);
        Layers = [.. images.SelectMany(i => i.Layers).DistinctBy(l => l.Digest)];
        Configs =
            [.. images.Select(i => i.Config).DistinctBy(c => c.Digest)
                .ExceptBy(Layers.Select(l => l.Digest), c => c.Digest)];
    }

    /// <summary>What the reference itself names.</summary>
    public RawManifest Root { get; }

    /// <summary>
    /// The manifests and indexes below the root, each once, and none before what it lists; empty below an image.
    /// </summary>
    public ImmutableArray<RawManifest> Children { get; }

    /// <summary>The images' manifests, each once, in the order in which they are listed.</summary>
    public ImmutableArray<ImageManifest> Images { get; }

    /// <summary>The platforms under which images are listed, in order; null for one that is listed without.</summary>
    public ImmutableArray<Platform?> Platforms { get; }

    /// <summary>The images' layers, each once.</summary>
    public ImmutableArray<Descriptor> Layers { get; }

    /// <summary>The images' configurations, each once, without any that is a layer too.</summary>
    public ImmutableArray<Descriptor> Configs { get; }

    /// <summary>True where the root is an index.</summary>
    public bool IsIndex => MediaTypes.IsIndex(Root.MediaType);

    /// <summary>Every manifest and index, the root last.</summary>
    public IEnumerable<RawManifest> Manifests => Children.Append(Root);

    /// <summary>Bytes of all manifests, layers and configurations.</summary>
    public long TotalBytes => Manifests.Sum(m => (long)m.Bytes.Length) + Layers.Concat(Configs).Sum(b => b.Size);

    /// <summary>The tree of one image.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="platform">Its platform; null where it says none.</param>
    public static ManifestTree Of(ImageManifest manifest, Platform? platform = null) =>
        new(manifest.Raw, [], [manifest], [platform]);

    /// <summary>Reads what a source names, and every manifest below it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">BlobMissing, DigestMismatch, SizeMismatch, InvalidManifest.</exception>
    public static async Task<ManifestTree> ReadAsync(IImageSource source, CancellationToken cancellationToken)
    {
        var root = await source.GetManifestAsync(null, cancellationToken);
        return await new ManifestWalk(source).RunAsync(root, cancellationToken);
    }

    /// <summary>
    /// True where another tree has the same manifests and layers. Manifests are compared by their bytes: not every
    /// place keeps the algorithm of their digests.
    /// </summary>
    /// <param name="other">The other tree.</param>
    public bool IsSameAs(ManifestTree other) =>
        Children.Length == other.Children.Length
        && Manifests.Zip(other.Manifests, (m, o) => m.Bytes.Span.SequenceEqual(o.Bytes.Span)).All(same => same)
        && Layers.Select(l => (l.Digest, l.Size)).SequenceEqual(other.Layers.Select(l => (l.Digest, l.Size)));
}

/// <summary>Reads an index from the top down, each manifest once.</summary>
/// <param name="source">Where they are.</param>
internal sealed class ManifestWalk(IImageSource source)
{
    /// <summary>How deep indexes may be nested.</summary>
    public const int MaximumDepth = 4;

    // They are kept in memory; the largest index known lists some hundreds, of a few KiB each.
    private const int MaximumCount = 4096;
    private const long MaximumBytes = 32 << 20;

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
            throw new DiffahException(
                DiffahErrors.InvalidManifest, $"The indexes of {reference} are nested deeper than {MaximumDepth}.");
    }

    private async Task VisitAsync(
        RawManifest manifest, Platform? platform, int depth, CancellationToken cancellationToken)
    {
        Count(manifest);
        if (!MediaTypes.IsIndex(manifest.MediaType))
        {
            _images.Add(ImageManifest.Parse(manifest));
            _platforms.Add(platform);
            return;
        }
        RequireDepth(depth, source.Reference);
        foreach (var some in ImageIndex.Parse(manifest).Manifests.Chunk(source.ManifestsAtATime))
        {
            var fetched = await FetchAsync(some, cancellationToken);
            foreach (var listed in some)
                await VisitAsync(listed, fetched, listed.Platform ?? platform, depth + 1, cancellationToken);
        }
    }

    private async Task<IReadOnlyDictionary<Digest, RawManifest>> FetchAsync(
        IEnumerable<Descriptor> listed, CancellationToken cancellationToken)
    {
        var fetched = await Task.WhenAll(listed.Select(l => l.Digest).Distinct().Where(d => !_seen.Contains(d))
            .Select(d => source.GetManifestAsync(d, cancellationToken)));
        return fetched.DistinctBy(m => m.Digest).ToDictionary(m => m.Digest);
    }

    private async Task VisitAsync(
        Descriptor listed, IReadOnlyDictionary<Digest, RawManifest> fetched, Platform? platform, int depth,
        CancellationToken cancellationToken)
    {
        if (!_seen.Add(listed.Digest))
        {
            // The same image under another platform.
            if (!MediaTypes.IsIndex(listed.MediaType))
                _platforms.Add(platform);
            return;
        }
        var child = fetched.GetValueOrDefault(listed.Digest)
            ?? await source.GetManifestAsync(listed.Digest, cancellationToken);
        await VisitAsync(child, platform, depth, cancellationToken);
        _children.Add(child);
    }

    private void Count(RawManifest manifest)
    {
        _bytes += manifest.Bytes.Length;
        if (_seen.Count > MaximumCount || _bytes > MaximumBytes)
            throw new DiffahException(DiffahErrors.InvalidManifest,
                $"The index of {source.Reference} lists more than is copied at once "
                    + $"({MaximumCount} manifests, {MaximumBytes >> 20} MiB of them).",
                "Copy the images that are needed one by one, by platform or digest.");
    }
}
