using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>The manifests that a reference names: that of one image, or an index with all that is below it.</summary>
public sealed class ManifestTree
{
    internal ManifestTree(RawManifest root, ImmutableArray<RawManifest> children, ImmutableArray<ImageManifest> images, ImmutableArray<Platform?> platforms)
    {
        (Root, Children, Images, Platforms) = (root, children, images, platforms);
        Layers = [.. images.SelectMany(i => i.Layers).DistinctBy(l => l.Digest)];
        Configs = [.. images.Select(i => i.Config).DistinctBy(c => c.Digest).ExceptBy(Layers.Select(l => l.Digest), c => c.Digest)];
    }

    /// <summary>What the reference itself names.</summary>
    public RawManifest Root { get; }

    /// <summary>The manifests and indexes below the root, each once, and none before what it lists; empty below an image.</summary>
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
    public static ManifestTree Of(ImageManifest manifest, Platform? platform = null) => new(manifest.Raw, [], [manifest], [platform]);

    /// <summary>Reads what a source names, and every manifest below it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="Diagnostics.DiffahException">BlobMissing, DigestMismatch, SizeMismatch, InvalidManifest.</exception>
    public static async Task<ManifestTree> ReadAsync(IImageSource source, CancellationToken cancellationToken)
    {
        var root = await source.GetManifestAsync(null, cancellationToken);
        return await new ManifestWalk(source).RunAsync(root, cancellationToken);
    }

    /// <summary>True where another tree has the same manifests and layers.</summary>
    /// <param name="other">The other tree.</param>
    public bool IsSameAs(ManifestTree other) =>
        Manifests.Select(m => m.Digest).SequenceEqual(other.Manifests.Select(m => m.Digest))
        && Layers.Select(l => (l.Digest, l.Size)).SequenceEqual(other.Layers.Select(l => (l.Digest, l.Size)));
}
