using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>One image of a delta archive.</summary>
public sealed record DeltaArchiveImage
{
    /// <summary>Name in the archive; <c>default</c> in a delta of one image.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What the image is for, where it is one of an index, <c>os/arch[/variant]</c>; null where it is not, or where
    /// nobody says.
    /// </summary>
    public string? Platform { get; init; }

    /// <summary>Digest of the target's manifest.</summary>
    public required string TargetManifestDigest { get; init; }

    /// <summary>Media type of the target's manifest.</summary>
    public required string TargetMediaType { get; init; }

    /// <summary>Digest of the manifest of the baseline the delta was made from.</summary>
    public required string BaselineManifestDigest { get; init; }

    /// <summary>Media type of the baseline's manifest.</summary>
    public required string BaselineMediaType { get; init; }

    /// <summary>Where the baseline came from, as the producer named it; may be empty.</summary>
    public required string BaselineSourceHint { get; init; }

    /// <summary>
    /// All images that the delta was made from, the first of them first; one where nobody gave several.
    /// </summary>
    public ImmutableArray<DeltaArchiveBaseline> Baselines { get; init; } = [];

    /// <summary>Which of several baselines it is restored from: a word of <see cref="Deltas.BaselineMode"/>.</summary>
    public string BaselineMode { get; init; } = nameof(Deltas.BaselineMode.Any);

    /// <summary>
    /// Size of the target as it is, in bytes: manifest, configuration and layers, each distinct blob once.
    /// </summary>
    public required long ImageBytes { get; init; }

    /// <summary>
    /// What travels for the image, in bytes: of an archive's only image the whole file; in a bundle what is stored of
    /// its blobs, since the container is of all images.
    /// </summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>
    /// Bytes of <see cref="ImageBytes"/> that need not travel; negative where more travels than the image has.
    /// </summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>
    /// What a restore reads of the first baseline to make layers of it: diff ids of contents, or digests of blobs.
    /// Layers that are reused are copied, where the destination lacks them.
    /// </summary>
    public ImmutableArray<string> BaselineReads { get; init; } = [];

    /// <summary>
    /// Bytes of these, as the producer found them in the baseline; null where the archive does not say.
    /// </summary>
    public long? BaselineReadBytes { get; init; }

    /// <summary>The target's layers, base first.</summary>
    public required ImmutableArray<DeltaArchiveLayer> Layers { get; init; }

    /// <summary>Layers in the target.</summary>
    public int LayerCount => Layers.Length;

    /// <summary>Layers that travel in the archive.</summary>
    public int ArchiveLayerCount => Layers.Count(l => l.Encoding != nameof(BlobOrigin.Reuse));

    /// <summary>Layers of which most is spared, by reuse or by a patch, most first; at most ten.</summary>
    public required ImmutableArray<DeltaArchiveLayer> TopSavings { get; init; }

    /// <summary>Layers that cost more than they might.</summary>
    public required ImmutableArray<LayerWaste> Waste { get; init; }

    /// <summary>How many layers fall into each class of target size.</summary>
    public required SizeHistogram SizeHistogram { get; init; }

    /// <summary>What it changes of its baseline; null where nobody asked, or no baseline was given.</summary>
    public DeltaChanges? Changes { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    private Savings Savings => new(ImageBytes, ArchiveBytes);
}
