using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>
/// What a blob is in its image. A word, not a number: what people compare, and what JSON, CSV and a job of another
/// process keep.
/// </summary>
public static class BlobKind
{
    /// <summary>A layer.</summary>
    public const string Layer = nameof(Layer);

    /// <summary>The configuration.</summary>
    public const string Config = nameof(Config);

    /// <summary>The manifest.</summary>
    public const string Manifest = nameof(Manifest);

    /// <summary>A blob of what is no image: an attestation, a signature, an SBOM.</summary>
    public const string Artifact = nameof(Artifact);
}

/// <summary>A baseline layer that a target layer may be patched from.</summary>
/// <param name="Digest">Digest of the baseline blob.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="SharedBytes">Bytes of distinct file contents that both layers hold.</param>
public sealed record PlannedCandidate(string Digest, long Size, long SharedBytes)
{
    /// <summary>The beginning of its digest.</summary>
    public override string ToString() => ShortText.Digest(Digest);
}

/// <summary>What is planned for one blob.</summary>
/// <param name="Digest">Digest of the target blob.</param>
/// <param name="Kind">What it is in its image: a word of <see cref="BlobKind"/>.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Action">What is to be done: a word of <see cref="BlobOrigin"/>.</param>
/// <param name="EstimatedBytes">Bytes it will take in the archive at the most, by a quick trial; 0 where it does not
/// travel.</param>
/// <param name="Candidates">Baseline layers to try, best first; empty unless the action is Patch.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PlannedBlob(
    string Digest, string Kind, string MediaType, long Size, string Action, long EstimatedBytes,
    ImmutableArray<PlannedCandidate> Candidates, string Reason)
{
    /// <summary>
    /// Where the bytes of its content would be, by kind, without the recipe; empty where it is made of no content that
    /// travels.
    /// </summary>
    public ImmutableArray<ByteShare> Bytes { get; init; } = [];

    /// <summary>
    /// Why it can't travel as its content: a word such as <c>no_recipe</c>; null where it can, or for version 1.
    /// </summary>
    public string? Fallback { get; init; }

    /// <summary>The same, for people.</summary>
    public string? FallbackDetail { get; init; }

    /// <summary>What it is, its digest's beginning, and what is to be done with it.</summary>
    public override string ToString() => $"{Kind} {ShortText.Digest(Digest)} {Action}";
}

/// <summary>An image that a delta would be made from.</summary>
/// <param name="ManifestDigest">Digest of its manifest.</param>
/// <param name="SourceHint">Where it comes from, in short.</param>
/// <param name="EstimatedBytes">Bytes of the archive that a restore from it would read at the most.</param>
public sealed record PlannedBaseline(string ManifestDigest, string SourceHint, long EstimatedBytes)
{
    /// <summary>Where it comes from.</summary>
    public override string ToString() => SourceHint;
}

/// <summary>One image of a plan.</summary>
/// <param name="Name">Name in the archive.</param>
/// <param name="BaselineManifestDigest">Digest of the baseline's manifest.</param>
/// <param name="TargetManifestDigest">Digest of the target's manifest.</param>
/// <param name="Blobs">Manifest, configuration and layers; a layer that occurs twice is listed once.</param>
public sealed record PlannedImage(
    string Name, string BaselineManifestDigest, string TargetManifestDigest, ImmutableArray<PlannedBlob> Blobs)
{
    /// <summary>
    /// All images that the delta would be made from, and what each would take; one where nobody gave several.
    /// </summary>
    public ImmutableArray<PlannedBaseline> Baselines { get; init; } = [];

    /// <summary>Which of several baselines it would be restored from: a word of <see cref="Deltas.BaselineMode"/>.
    /// </summary>
    public string BaselineMode { get; init; } = nameof(Deltas.BaselineMode.Any);

    /// <summary>Blobs that travel.</summary>
    public int ShippedBlobs => Blobs.Count(b => b.Action != nameof(BlobOrigin.Reuse));

    /// <summary>Of these, layers.</summary>
    public int ShippedLayers => Layers.Count();

    /// <summary>Size of the image as it is, each distinct blob once.</summary>
    public long ImageBytes => ByteSize.Sum(Blobs.Select(b => b.Size));

    /// <summary>Bytes that travel at the most, without the container.</summary>
    public long EstimatedBytes => ByteSize.Sum(Blobs.Select(b => b.EstimatedBytes));

    /// <summary>Of these, bytes of layers.</summary>
    public long EstimatedLayerBytes => ByteSize.Sum(Layers.Select(b => b.EstimatedBytes));

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    private IEnumerable<PlannedBlob> Layers =>
        Blobs.Where(b => b.Kind == BlobKind.Layer && b.Action != nameof(BlobOrigin.Reuse));
}

/// <summary>What making a delta would do: the answer of a dry run.</summary>
/// <param name="Path">Absolute path the archive would have.</param>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>.</param>
/// <param name="Images">The images.</param>
/// <param name="TotalBlobs">Distinct blobs that would travel.</param>
/// <param name="EstimatedArchiveBytes">Size the archive would have at the most, by a quick trial of each patch.</param>
public sealed record DeltaPlan(
    string Path, string Platform, ImmutableArray<PlannedImage> Images, int TotalBlobs, long EstimatedArchiveBytes)
{
    /// <summary>Size of all images as they are, each distinct blob once.</summary>
    public long ImageBytes => ByteSize.Sum(Blobs.Select(b => b.Size));

    /// <summary>Bytes of blobs that would travel at the most: the archive without its container.</summary>
    public long EstimatedBytes => ByteSize.Sum(Blobs.Select(b => b.EstimatedBytes));

    /// <summary>
    /// Bytes of <see cref="ImageBytes"/> that would not travel, at the least; negative for a larger archive.
    /// </summary>
    public long EstimatedSparedBytes => Savings.SparedBytes;

    /// <summary><see cref="EstimatedSparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double EstimatedSparedRatio => Savings.SparedRatio;

    private IEnumerable<PlannedBlob> Blobs => Images.SelectMany(i => i.Blobs).DistinctBy(b => b.Digest);

    private Savings Savings => new(ImageBytes, EstimatedArchiveBytes);

    /// <summary>
    /// The baseline that was chosen from a Dockerfile or by what the target says; null where it was named.
    /// </summary>
    public ChosenBaseline? ChosenBaseline { get; init; }

    /// <summary>The archive's path.</summary>
    public override string ToString() => Path;
}
