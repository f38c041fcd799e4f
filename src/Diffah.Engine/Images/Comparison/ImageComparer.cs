using System.Runtime.CompilerServices;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison.Entries;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Compares two images.</summary>
/// <param name="options">How.</param>
/// <param name="events">Whom to tell how far it has come; null tells nobody.</param>
/// <exception cref="DiffahException">InvalidArgument: a pattern of the options is none.</exception>
internal sealed class ImageComparer(ComparisonOptions options, EventSink? events = null)
{
    private readonly ExcludedPaths _excluded = ExcludedPaths.Parse(options.ExcludePaths);
    private readonly EventSink _events = (events ?? EventSink.None).For("images");

    /// <summary>Compares manifests, configurations and layers.</summary>
    /// <param name="images">The images.</param>
    /// <param name="found">Told of each difference as it is found, one at a time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">What opening and reading layers throws.</exception>
    public async Task<ComparisonCounts> CompareAsync(
        ComparedImages images, Func<FoundDifference, CancellationToken, Task> found,
        CancellationToken cancellationToken)
    {
        var sink = new DifferenceSink(options, found);
        await CompareAsync(images, sink, cancellationToken);
        return sink.Tally.Counts;
    }

    /// <summary>The same for who compares more than two images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="sink">Takes the differences.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task CompareAsync(ComparedImages images, DifferenceSink sink, CancellationToken cancellationToken)
    {
        await foreach (var one in FindAsync(images, sink.Tally, cancellationToken))
        {
            await sink.TakeAsync(one, cancellationToken);
            if (sink.IsFull)
                break;
        }
    }

    private async IAsyncEnumerable<ClassedDifference> FindAsync(
        ComparedImages images, ComparisonTally tally, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (images.Reference.Manifest.Digest == images.Difference.Manifest.Digest)
        {
            tally.AddSame(images.Reference.Layers.Length);
            yield break;
        }
        var isTold = false;
        var pairs = options.Squash ? [] : LayerAlignment.Align(Keys(images.Reference), Keys(images.Difference));
        var documents = new DocumentDifferences(images, pairs, options.Squash);
        foreach (var found in documents.OfManifests().Concat(documents.OfConfigs()))
        {
            isTold = true;
            yield return found;
        }
        var layers = options.Squash
            ? new SquashedDifferences(images, _excluded, tally, _events).FindAsync(cancellationToken)
            : new LayerDifferences(images, documents, _excluded, tally, _events).FindAsync(pairs, cancellationToken);
        await foreach (var found in layers)
        {
            isTold = true;
            yield return found;
        }
        // Digests follow from what they stand for. Where nothing differs that could be told, they are all there is.
        if (!isTold && !options.Squash && HaveSameLayers(images))
            yield return ClassedDifference.Of(new ImageDifference(
                DifferenceKind.Manifest, DifferenceProperty.Digest, images.Reference.Manifest.Digest.ToString(),
                images.Difference.Manifest.Digest.ToString()));
    }

    private static string?[][] Keys(Image image) =>
        [.. image.Layers.Select((l, i) => new[]
        {
            l.Digest.ToString(), l.DiffId?.ToString(), image.Config.CreatedBy(i, image.Layers.Length),
        })];

    private static bool HaveSameLayers(ComparedImages images) =>
        images.Reference.Layers.Select(l => l.Digest).SequenceEqual(images.Difference.Layers.Select(l => l.Digest));
}
