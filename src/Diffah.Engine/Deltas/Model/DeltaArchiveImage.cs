using System.Collections.Immutable;

namespace Diffah.Engine.Deltas.Model;

/// <summary>One image of a delta archive.</summary>
public sealed record DeltaArchiveImage
{
    /// <summary>Name in the archive; <c>default</c> in a delta of one image.</summary>
    public required string Name { get; init; }

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

    /// <summary>Size of the target as it is, in bytes: manifest, configuration and layers, each distinct blob once.</summary>
    public required long ImageBytes { get; init; }

    /// <summary>The target's layers, base first.</summary>
    public required ImmutableArray<DeltaArchiveLayer> Layers { get; init; }

    /// <summary>Layers in the target.</summary>
    public int LayerCount => Layers.Length;

    /// <summary>Layers that travel in the archive.</summary>
    public int ArchiveLayerCount => Layers.Count(l => l.Encoding != LayerEncoding.BaselineOnly);

    /// <summary>What patches save in this image, in bytes.</summary>
    public long SavedBytes => Layers.Sum(l => l.SavedBytes);

    /// <summary>Layers whose patches save most, most first; at most ten.</summary>
    public required ImmutableArray<DeltaArchiveLayer> TopSavings { get; init; }

    /// <summary>Layers that cost more than they might.</summary>
    public required ImmutableArray<LayerWaste> Waste { get; init; }

    /// <summary>How many layers fall into each class of target size.</summary>
    public required SizeHistogram SizeHistogram { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
