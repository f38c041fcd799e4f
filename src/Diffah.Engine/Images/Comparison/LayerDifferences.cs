using System.Runtime.CompilerServices;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison.Entries;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Compares the layers of two images, each with the one that stands for it in the other image.</summary>
/// <param name="images">The images.</param>
/// <param name="documents">Compares what manifests say of layers.</param>
/// <param name="excluded">Paths that are passed over.</param>
/// <param name="tally">Counts.</param>
/// <param name="events">Whom to tell how far it has come.</param>
internal sealed class LayerDifferences(
    ComparedImages images, DocumentDifferences documents, ExcludedPaths excluded, ComparisonTally tally,
    EventSink events)
{
    private readonly LayerReading _left = new(images.Reference, images.ReferenceTars, events);
    private readonly LayerReading _right = new(images.Difference, images.DifferenceTars, events);

    /// <summary>Finds all differences, layer by layer.</summary>
    /// <param name="pairs">The layers that are compared.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async IAsyncEnumerable<ClassedDifference> FindAsync(
        IReadOnlyList<LayerPair> pairs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var pair in pairs)
        {
            foreach (var found in documents.OfDescriptors(pair))
                yield return found;
            await foreach (var found in (pair switch
            {
                { Left: { } mine, Right: { } theirs } => OfBothAsync(pair, images.Reference.Layers[mine],
                    images.Difference.Layers[theirs], cancellationToken),
                { Left: { } mine } => OfOneAsync(
                    _left, images.Reference.Layers[mine], mine, isRemoved: true, cancellationToken),
                { Right: var theirs } => OfOneAsync(
                    _right, images.Difference.Layers[theirs!.Value], theirs.Value, isRemoved: false, cancellationToken),
            }))
                yield return found;
        }
    }

    private async IAsyncEnumerable<ClassedDifference> OfBothAsync(
        LayerPair pair, Layer left, Layer right, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (left.Digest == right.Digest)
        {
            tally.AddSame(1);
            if (OfSame(pair, left, right) is { } found)
                yield return found;
            yield break;
        }
        if (await _left.IsElsewhereAsync(left, cancellationToken)
            || await _right.IsElsewhereAsync(right, cancellationToken))
        {
            yield return OfDigests(pair, left, right);
            yield break;
        }
        if (left.DiffId is { } said && said == right.DiffId)
        {
            var (mine, theirs) = await ReadAsync(
                _left.MeasureAsync(left, cancellationToken), _right.MeasureAsync(right, cancellationToken));
            if (mine.Tar is not null && mine.Tar.DiffId == theirs.Tar?.DiffId)
            {
                yield return OfCompression(pair, (left, mine), (right, theirs));
                yield break;
            }
        }
        await foreach (var found in OfContentsAsync(pair, left, right, cancellationToken))
            yield return found;
    }

    private async IAsyncEnumerable<ClassedDifference> OfContentsAsync(
        LayerPair pair, Layer left, Layer right, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (mine, theirs) = await ReadAsync(
            _left.ListAsync(left, new EntryBudget(), cancellationToken),
            _right.ListAsync(right, new EntryBudget(), cancellationToken));
        var isSame = mine.Tar is not null && mine.Tar.DiffId == theirs.Tar?.DiffId;
        if (isSame || mine.Compression != theirs.Compression)
            yield return OfCompression(pair, (left, mine), (right, theirs));
        else if (documents.OfMediaTypes(pair) is { } type)
            yield return type;
        if (isSame)
        {
            if (left.DiffId is { } said && right.DiffId is { } other && said != other)
                yield return OfClaims(said.ToString(), other.ToString(), pair.Place);
            yield break;
        }
        if (mine.Listing is null || theirs.Listing is null)
        {
            yield return OfDigests(pair, left, right);
            yield break;
        }
        var files = new FileDifferences(left, right, pair.Place, excluded, tally);
        foreach (var found in files.Of(mine.Listing, theirs.Listing))
            yield return found;
    }

    private async IAsyncEnumerable<ClassedDifference> OfOneAsync(
        LayerReading reading, Layer layer, int place, bool isRemoved,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = layer.Digest.ToString();
        if (!await reading.IsElsewhereAsync(layer, cancellationToken)
            && (await reading.ListAsync(layer, new EntryBudget(), cancellationToken)).Listing is { } listing)
        {
            var count = listing.Entries.Count(e => !excluded.Contains(e.Path));
            tally.AddLayer(count, isRemoved);
            text = $"{text}, {(count == 1 ? "1 entry" : $"{count} entries")}";
        }
        yield return ClassedDifference.Of(
            new ImageDifference(DifferenceKind.Layer, DifferenceProperty.Presence,
                isRemoved ? text : null, isRemoved ? null : text)
            {
                Layer = place,
            });
    }

    /// <summary>What two layers of one blob may differ in: what is said of them.</summary>
    private ClassedDifference? OfSame(LayerPair pair, Layer left, Layer right)
    {
        if (left.Size != right.Size)
            return ClassedDifference.Of(new ImageDifference(
                DifferenceKind.Layer, "size", $"{left.Size}", $"{right.Size}")
            { Layer = pair.Place });
        return left.DiffId is { } mine && right.DiffId is { } theirs && mine != theirs
            ? OfClaims(mine.ToString(), theirs.ToString(), pair.Place)
            : documents.OfMediaTypes(pair);
    }

    // Configurations that say different things of one content: one of them is wrong.
    private static ClassedDifference OfClaims(string mine, string theirs, int place) => ClassedDifference.Of(
        new ImageDifference(DifferenceKind.Config, "rootfs.diff_ids", mine, theirs) { Layer = place });

    private static ClassedDifference OfDigests(LayerPair pair, Layer left, Layer right) => ClassedDifference.Of(
        new ImageDifference(
            DifferenceKind.Layer, DifferenceProperty.Digest, left.Digest.ToString(), right.Digest.ToString())
        {
            Layer = pair.Place,
        });

    private static ClassedDifference OfCompression(
        LayerPair pair, (Layer Layer, ReadLayer Read) left, (Layer Layer, ReadLayer Read) right) =>
        ClassedDifference.Of(
            new ImageDifference(DifferenceKind.Layer, DifferenceProperty.Compression, Text(left), Text(right))
            {
                Layer = pair.Place,
            },
            IgnoredDifferences.Compression);

    private static string Text((Layer Layer, ReadLayer Read) layer)
    {
        var kind = layer.Read.Compression;
        var name = kind == CompressionKind.None ? "none" : kind.ToString().ToLowerInvariant();
        return $"{name}, {layer.Layer.Size} bytes";
    }

    private static async Task<(ReadLayer Left, ReadLayer Right)> ReadAsync(Task<ReadLayer> left, Task<ReadLayer> right)
    {
        // Both have ended when a call comes back, even where one fails: their sources may be closed then.
        await Task.WhenAll(left, right);
        return (await left, await right);
    }
}
