using System.Collections.Immutable;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>One image to make a delta for.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Baseline">The image the other side has.</param>
/// <param name="Target">The image the other side is to get.</param>
internal sealed record DeltaInput(string Name, DeltaBaseline Baseline, Image Target)
{
    /// <summary>
    /// Layers of the target that are not held where it comes from, since its manifest says from where else they can be
    /// had.
    /// </summary>
    public ImmutableHashSet<Digest> Absent { get; init; } = [];

    /// <summary>Further images that the other side may have, or has beside the baseline.</summary>
    public ImmutableArray<DeltaBaseline> OtherBaselines { get; init; } = [];

    /// <summary>Whether the other side has all of the baselines; otherwise it has any one of them.</summary>
    public bool NeedsAllBaselines { get; init; }

    /// <summary>Whether the archive is made from several baselines of this image.</summary>
    public bool HasSeveral { get; init; }

    /// <summary>All baselines.</summary>
    public ImmutableArray<DeltaBaseline> Baselines => [Baseline, .. OtherBaselines];

    /// <summary>
    /// The image as each other side sees it, with one baseline: any one of them, or all together as if they were one.
    /// </summary>
    public IEnumerable<DeltaInput> Views()
    {
        if (OtherBaselines.IsEmpty)
            return [this];
        var view = this with { OtherBaselines = [], NeedsAllBaselines = false, HasSeveral = true };
        return NeedsAllBaselines
            ? [view with { Baseline = Baseline.With(OtherBaselines) }]
            : Baselines.Select(b => view with { Baseline = b });
    }

    /// <summary>
    /// What the target is for, where it is one of an index's images; null where it is not, or where nobody says.
    /// </summary>
    public Platform? Platform { get; init; }
}

/// <summary>The image the other side has, or what is left of it on this side.</summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="SourceHint">Where it comes from, in short.</param>
/// <param name="Image">The image; null where only the manifest is left.</param>
internal sealed record DeltaBaseline(ImageManifest Manifest, string SourceHint, Image? Image = null)
{
    /// <summary>
    /// The layers that can be patched from: none where only the manifest is left, and none that need not be where the
    /// image is (foreign ones), since the other side may not hold them.
    /// </summary>
    public ImmutableArray<Layer> Layers { get; private init; } = OwnLayersOf(Image);

    /// <summary>Other images that the other side has as well.</summary>
    public ImmutableArray<DeltaBaseline> Beside { get; private init; } = [];

    /// <summary>The same, without those of others beside it.</summary>
    public ImmutableArray<Layer> OwnLayers => OwnLayersOf(Image);

    /// <summary>It, and those beside it.</summary>
    public IEnumerable<DeltaBaseline> Each() => [this, .. Beside];

    /// <summary>Its layers, and those of others beside it.</summary>
    public IEnumerable<Descriptor> Listed => [.. Manifest.Layers, .. Beside.SelectMany(b => b.Listed)];

    /// <summary>A baseline that is there whole.</summary>
    public static DeltaBaseline Of(Image image) => new(image.Manifest, image.Source.Reference.SourceHint, image);

    /// <summary>True where the other side has a layer.</summary>
    public bool Has(Digest layer) => Listed.Any(l => l.Digest == layer);

    private static ImmutableArray<Layer> OwnLayersOf(Image? image) =>
        image is null ? [] : [.. image.Layers.Where(l => !l.HasUrls)];

    /// <summary>It and others, as if they were one.</summary>
    /// <param name="others">What the other side has beside it.</param>
    public DeltaBaseline With(ImmutableArray<DeltaBaseline> others) => this with
    {
        Beside = others,
        Layers = [.. Layers.Concat(others.SelectMany(o => o.Layers)).DistinctBy(l => l.Digest)],
    };
}
