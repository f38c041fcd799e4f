using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Diffah.Engine.Deltas.Model;

/// <summary>What a delta archive says of itself and of its images. Sizes are bytes, ratios are fractions of one; digests are validated.</summary>
public sealed record DeltaArchive : DeltaArchiveHead
{
    /// <summary>An archive of which everything is still to be said.</summary>
    public DeltaArchive()
    {
    }

    /// <summary>An archive of which the head is known.</summary>
    /// <param name="head">What it says of itself as a whole.</param>
    /// <param name="images">Its images.</param>
    [SetsRequiredMembers]
    public DeltaArchive(DeltaArchiveHead head, ImmutableArray<DeltaArchiveImage> images)
        : base(head) => Images = images;

    /// <summary>The images, in the archive's order.</summary>
    public required ImmutableArray<DeltaArchiveImage> Images { get; init; }
}
