using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Layers;

/// <summary>Another layer that is to be made, for all who have the first.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Contents">The layers whose contents it may refer to, base first.</param>
internal sealed record CompanionLayer(Layer Layer, ImmutableArray<Layer> Contents);

/// <summary>All layers of a baseline, found by what they are: each distinct blob once.</summary>
internal sealed class BaselineView
{
    private readonly Dictionary<Digest, Layer> _byBlob = [];
    private readonly Dictionary<Digest, Layer> _byDiffId = [];

    /// <param name="layers">The layers of the baseline, base first.</param>
    /// <param name="store">Keeps their blobs, contents and maps.</param>
    public BaselineView(IEnumerable<Layer> layers, LayerStore store)
    {
        Store = store;
        Layers = [.. layers.DistinctBy(l => l.Digest)];
        Contents = Layers;
        foreach (var layer in Layers)
        {
            _byBlob[layer.Digest] = layer;
            if (layer.DiffId is { } diffId)
                _byDiffId.TryAdd(diffId, layer);
        }
    }

    /// <summary>The layers, each distinct blob once, base first.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>The layers whose contents may be referred to, each distinct content once, base first.</summary>
    public ImmutableArray<Layer> Contents { get; init; }

    /// <summary>
    /// What each of several others may refer to, where that differs, base first; <see cref="Contents"/> is then what
    /// all of them may. Empty where all may refer to the same.
    /// </summary>
    public ImmutableArray<ImmutableArray<Layer>> Ways { get; init; } = [];

    /// <summary>Other layers that are made for all who have the one that this view is for.</summary>
    public ImmutableArray<CompanionLayer> Companions { get; set; } = [];

    /// <summary>What keeps their blobs, contents and maps.</summary>
    public LayerStore Store { get; }

    /// <summary>A layer by the digest of its blob; null where there is none.</summary>
    /// <param name="digest">Digest of the blob as stored.</param>
    public Layer? FindBlob(Digest digest) => _byBlob.GetValueOrDefault(digest);

    /// <summary>A layer by the digest of its content, however it is compressed; null where there is none.</summary>
    /// <param name="diffId">Digest of the plain tar.</param>
    public Layer? FindContent(Digest diffId) => _byDiffId.GetValueOrDefault(diffId);
}
