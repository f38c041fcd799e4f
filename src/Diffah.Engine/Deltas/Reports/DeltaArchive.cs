using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>
/// What a delta archive says of itself and of its images. Sizes are bytes, ratios are fractions of one; digests are
/// validated.
/// </summary>
public sealed record DeltaArchive : DeltaArchiveHead
{
    /// <summary>An archive of which everything is still to be said.</summary>
    public DeltaArchive()
    {
    }

    /// <summary>An archive of which the head is known.</summary>
    /// <param name="head">What it says of itself as a whole.</param>
    /// <param name="images">Its images.</param>
    /// <param name="imageBytes">Size of all target images as they are, in bytes.</param>
    [SetsRequiredMembers]
    public DeltaArchive(DeltaArchiveHead head, ImmutableArray<DeltaArchiveImage> images, long imageBytes)
        : base(head) => (Images, ImageBytes) = (images, imageBytes);

    /// <summary>
    /// Size of all target images as they are: manifests, configurations and layers, each distinct blob once.
    /// </summary>
    public required long ImageBytes { get; init; }

    /// <summary>
    /// Bytes of <see cref="ImageBytes"/> that need not travel; negative for an archive larger than its images.
    /// </summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>The images, in the archive's order.</summary>
    public required ImmutableArray<DeltaArchiveImage> Images { get; init; }

    /// <summary>The indexes that are restored together with their images; empty in most archives.</summary>
    public ImmutableArray<DeltaArchiveIndex> Indexes { get; init; } = [];

    /// <summary>What refers to the images and indexes, and is restored with them.</summary>
    public ImmutableArray<DeltaArchiveReferrer> Referrers { get; init; } = [];

    /// <summary>
    /// The baseline that was chosen while the archive was made, from a Dockerfile or by what the target says; null
    /// where it was named, and for an archive that was read.
    /// </summary>
    public ChosenBaseline? ChosenBaseline { get; init; }

    /// <summary>
    /// Names of images that were left out since the site has them; none where no inventory was given, and for an
    /// archive that was read.
    /// </summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];

    /// <summary>Its path.</summary>
    public override string ToString() => Path;

    private Savings Savings => new(ImageBytes, ArchiveBytes);
}
