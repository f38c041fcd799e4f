using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Comparing;

/// <summary>Finds the images of all platforms that are to be compared, and what their indexes differ in.</summary>
/// <param name="opened">Opens what references name.</param>
/// <param name="references">The references.</param>
internal sealed class PlatformPairs(
    OpenedImages opened, (ImageReference Reference, ImageReference Difference) references)
{
    /// <summary>Finds the images.</summary>
    /// <param name="sink">Told what indexes differ in.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What transports throw, and InvalidManifest.</exception>
    public async Task<ImagePairs> FindAsync(DifferenceSink sink, CancellationToken cancellationToken)
    {
        var mine = await opened.OpenSourceAsync(references.Reference, cancellationToken);
        var theirs = await opened.OpenSourceAsync(references.Difference, cancellationToken);
        var left = await mine.GetManifestAsync(null, cancellationToken);
        var right = await theirs.GetManifestAsync(null, cancellationToken);
        var indexes = new IndexDifferences(left, right);
        var pairs = (MediaTypes.IsIndex(left.MediaType), MediaTypes.IsIndex(right.MediaType)) switch
        {
            (true, true) => await OfIndexesAsync((mine, left), (theirs, right), indexes, sink, cancellationToken),
            (false, false) => [await OfOneAsync(null, (mine, left, null), (theirs, right, null), cancellationToken)],
            _ => await OfBothKindsAsync((mine, left), (theirs, right), indexes, sink, cancellationToken),
        };
        return new ImagePairs(left.Digest, right.Digest, pairs)
        {
            Unexplained = left.Digest != right.Digest && pairs.All(IsSame) ? indexes.OfDigests() : null,
        };
    }

    private static async Task<IReadOnlyList<ImagePair>> OfIndexesAsync(
        (IImageSource Source, RawManifest Index) mine, (IImageSource Source, RawManifest Index) theirs,
        IndexDifferences indexes, DifferenceSink sink, CancellationToken cancellationToken)
    {
        if (mine.Index.Digest == theirs.Index.Digest)
            return [];
        await sink.TakeAsync(indexes.OfIndexes(), cancellationToken);
        var listed = IndexDifferences.Pair(
            await ListedImages.ReadAsync(mine.Source, mine.Index, cancellationToken),
            await ListedImages.ReadAsync(theirs.Source, theirs.Index, cancellationToken));
        await sink.TakeAsync(IndexDifferences.OfListed(listed), cancellationToken);
        var pairs = new List<ImagePair>();
        foreach (var pair in listed)
        {
            if (pair is not { Left: { } left, Right: { } right })
                continue;
            var (one, other) = (await ReadAsync(mine.Source, left), await ReadAsync(theirs.Source, right));
            pairs.Add(await OfOneAsync(pair.Name, one, other, cancellationToken));
        }
        return pairs;

        async Task<(IImageSource, RawManifest, Platform?)> ReadAsync(IImageSource source, ListedImage image) =>
            (source, await source.GetManifestAsync(image.Descriptor.Digest, cancellationToken), image.Platform);
    }

    /// <summary>An image, and an index that may list one for its platform.</summary>
    private static async Task<IReadOnlyList<ImagePair>> OfBothKindsAsync(
        (IImageSource Source, RawManifest Root) mine, (IImageSource Source, RawManifest Root) theirs,
        IndexDifferences indexes, DifferenceSink sink, CancellationToken cancellationToken)
    {
        await sink.TakeAsync(indexes.OfKinds(), cancellationToken);
        var isLeftIndex = MediaTypes.IsIndex(mine.Root.MediaType);
        var (single, several) = isLeftIndex ? (theirs, mine) : (mine, theirs);
        var image = await Image.OpenChosenAsync(
            single.Source, new ChosenManifest(single.Root, null), cancellationToken);
        var platform = image.Config.Platform ?? Platform.Default;
        var other = await Image.OpenAsync(several.Source, platform, cancellationToken);
        return [new ImagePair(platform.ToString(), isLeftIndex ? other : image, isLeftIndex ? image : other)];
    }

    private static bool IsSame(ImagePair pair) => pair.Reference.Manifest.Digest == pair.Difference.Manifest.Digest;

    private static async Task<ImagePair> OfOneAsync(
        string? platform, (IImageSource Source, RawManifest Raw, Platform? Listed) mine,
        (IImageSource Source, RawManifest Raw, Platform? Listed) theirs, CancellationToken cancellationToken)
    {
        return new ImagePair(platform, await OpenAsync(mine), await OpenAsync(theirs));

        Task<Image> OpenAsync((IImageSource Source, RawManifest Raw, Platform? Listed) image) =>
            Image.OpenChosenAsync(image.Source, new ChosenManifest(image.Raw, image.Listed), cancellationToken);
    }
}
