using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Model;

/// <summary>What is planned for a blob.</summary>
public enum BlobAction
{
    /// <summary>Ship it whole.</summary>
    Full,

    /// <summary>Ship the best patch, or the whole where no patch is smaller.</summary>
    Patch,

    /// <summary>Ship nothing: the baseline has it.</summary>
    Reuse,
}

/// <summary>What a blob is in its image.</summary>
public enum BlobKind
{
    /// <summary>A layer.</summary>
    Layer,

    /// <summary>The configuration.</summary>
    Config,

    /// <summary>The manifest.</summary>
    Manifest,
}

/// <summary>A baseline layer that a target layer may be patched from.</summary>
/// <param name="Digest">Digest of the baseline blob.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="SharedBytes">Bytes of distinct file contents that both layers hold.</param>
public sealed record PlannedCandidate(string Digest, long Size, long SharedBytes);

/// <summary>What is planned for one blob.</summary>
/// <param name="Digest">Digest of the target blob.</param>
/// <param name="Kind">What it is in its image.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="EstimatedBytes">Bytes it will take in the archive at the most, by a quick trial; 0 where it does not travel.</param>
/// <param name="Candidates">Baseline layers to try, best first; empty unless the action is Patch.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PlannedBlob(
    string Digest, BlobKind Kind, string MediaType, long Size, BlobAction Action, long EstimatedBytes,
    ImmutableArray<PlannedCandidate> Candidates, string Reason);

/// <summary>One image of a plan.</summary>
/// <param name="Name">Name in the archive.</param>
/// <param name="BaselineManifestDigest">Digest of the baseline's manifest.</param>
/// <param name="TargetManifestDigest">Digest of the target's manifest.</param>
/// <param name="Blobs">Manifest, configuration and layers; a layer that occurs twice is listed once.</param>
public sealed record PlannedImage(string Name, string BaselineManifestDigest, string TargetManifestDigest, ImmutableArray<PlannedBlob> Blobs)
{
    /// <summary>Blobs that travel.</summary>
    public int ShippedBlobs => Blobs.Count(b => b.Action != BlobAction.Reuse);

    /// <summary>Of these, layers.</summary>
    public int ShippedLayers => Layers.Count();

    /// <summary>Size of the image as it is, each distinct blob once.</summary>
    public long ImageBytes => ByteSize.Sum(Blobs.Select(b => b.Size));

    /// <summary>Bytes that travel at the most, without the container.</summary>
    public long EstimatedBytes => ByteSize.Sum(Blobs.Select(b => b.EstimatedBytes));

    /// <summary>Of these, bytes of layers.</summary>
    public long EstimatedLayerBytes => ByteSize.Sum(Layers.Select(b => b.EstimatedBytes));

    private IEnumerable<PlannedBlob> Layers => Blobs.Where(b => b.Kind == BlobKind.Layer && b.Action != BlobAction.Reuse);
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

    /// <summary>Bytes of <see cref="ImageBytes"/> that would not travel, at the least; negative for a larger archive.</summary>
    public long EstimatedSparedBytes => Savings.SparedBytes;

    /// <summary><see cref="EstimatedSparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double EstimatedSparedRatio => Savings.SparedRatio;

    private IEnumerable<PlannedBlob> Blobs => Images.SelectMany(i => i.Blobs).DistinctBy(b => b.Digest);

    private Savings Savings => new(ImageBytes, EstimatedArchiveBytes);
}
