using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Deltas.Routing;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>
/// What baselines have, by what their manifests and configurations say; and what was read of the image already.
/// </summary>
/// <param name="baselines">The images.</param>
/// <param name="target">The image.</param>
internal sealed class HeldParts(BaselineImages baselines, Image target) : IHeldParts
{
    private readonly Dictionary<Digest, BaselineLayer> _contents = baselines.Layers
        .Where(l => l.Layer is { DiffId: not null, HasUrls: false }).DistinctBy(l => l.Layer.DiffId)
        .ToDictionary(l => l.Layer.DiffId!.Value);

    /// <inheritdoc/>
    public IReadOnlySet<Digest> Names { get; } =
        baselines.All.SelectMany(i => new[] { i.Manifest.Digest, i.Manifest.Config.Digest }).ToHashSet();

    /// <inheritdoc/>
    public bool HasBlob(Digest blob) => baselines.Stores(blob) || blob == target.Manifest.Digest
        || (target.ConfigBytes is not null && blob == target.Manifest.Config.Digest);

    /// <inheritdoc/>
    public bool HasContent(Digest diffId) => _contents.ContainsKey(diffId);

    /// <inheritdoc/>
    public long ReadBytes(Digest digest)
    {
        var layer = _contents.GetValueOrDefault(digest) ?? baselines.Find(digest);
        return layer is { Image.Source.Reference.Traits.Grammar: TransportGrammar.Registry } ? layer.Layer.Size : 0;
    }
}
