using System.Collections.Immutable;
using Diffah.Engine.Images.Comparison;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>What an image of a delta archive changes of its baseline.</summary>
/// <param name="Summary">The baseline and the image, how many differences there are, and the packages that
/// changed.</param>
/// <param name="Differences">The differences, in the order in which they were found.</param>
public sealed record DeltaChanges(ImageComparison Summary, ImmutableArray<ImageDifference> Differences)
{
    /// <summary>Files added, removed and changed.</summary>
    public override string ToString() =>
        $"+{Summary.AddedFileCount} -{Summary.RemovedFileCount} ~{Summary.ChangedFileCount}";
}
