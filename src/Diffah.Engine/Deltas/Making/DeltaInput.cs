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
    public ImmutableArray<Layer> Layers { get; } = Image is null ? [] : [.. Image.Layers.Where(l => !l.HasUrls)];

    /// <summary>A baseline that is there whole.</summary>
    public static DeltaBaseline Of(Image image) => new(image.Manifest, image.Source.Reference.SourceHint, image);

    /// <summary>True where the other side has a layer.</summary>
    public bool Has(Digest layer) => Manifest.Layers.Any(l => l.Digest == layer);
}
