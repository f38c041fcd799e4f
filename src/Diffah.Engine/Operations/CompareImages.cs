using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Comparison.Reporting;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Comparing;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations;

/// <summary>Which images to compare, and how.</summary>
public sealed record CompareImagesRequest
{
    /// <summary>The image that is compared with. A path in it is absolute.</summary>
    public required ImageReference ReferenceImage { get; init; }

    /// <summary>The image that is compared. A path in it is absolute.</summary>
    public required ImageReference DifferenceImage { get; init; }

    /// <summary>Which image of an index is meant; not looked at with <see cref="AllPlatforms"/>.</summary>
    public Platform Platform { get; init; } = Platform.Default;

    /// <summary>
    /// Whether the user asked for the platform, so that an image that is in no index and is for another one is refused.
    /// </summary>
    public bool RequirePlatform { get; init; }

    /// <summary>Whether the images of all platforms of two indexes are compared.</summary>
    public bool AllPlatforms { get; init; }

    /// <summary>How they are compared.</summary>
    public ComparisonOptions Options { get; init; } = new();

    /// <summary>Whether packages are told that changed.</summary>
    public bool IncludePackages { get; init; }

    /// <summary>
    /// Absolute path of a folder for the files that differ, of both images; null for none. It is made, and must be
    /// empty where it is there.
    /// </summary>
    public string? ReportDirectory { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;
}

/// <summary>Compares two images of any transports.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CompareImages(ITransportCatalog transports)
{
    /// <summary>Compares the images.</summary>
    /// <param name="request">Which, and how.</param>
    /// <param name="found">
    /// Told of each difference as it is found, on any thread, one at a time; what it throws ends the comparison. Null
    /// where nobody wants to know.
    /// </param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; no report is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<ImageComparison> RunAsync(
        CompareImagesRequest request, Action<ImageDifference>? found, EventSink events,
        CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, found, events, cancellationToken));

    private async Task<ImageComparison> RunHereAsync(
        CompareImagesRequest request, Action<ImageDifference>? found, EventSink events,
        CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePath(request.ReferenceImage);
        RequestGuard.AbsolutePath(request.DifferenceImage);
        var comparer = new ImageComparer(request.Options, events);
        using var progress = events.BeginOperation("Comparing images", "reading manifests", 2);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        await using var report = new ComparisonReport(
            request.Options, request.ReportDirectory, request.ReferenceImage, request.DifferenceImage);
        var context = new TransportContext(work, events) { Bounds = new(request.MaxLayerSize) };
        await using var opened = new OpenedImages(transports, request.Platform, request.RequirePlatform, context);
        var sink = new DifferenceSink(request.Options, TellAsync);
        var pairs = request.AllPlatforms
            ? await new PlatformPairs(opened, (request.ReferenceImage, request.DifferenceImage))
                .FindAsync(sink, cancellationToken)
            : await OneAsync(opened, request, cancellationToken);
        progress.BeginStep("comparing layers");
        var packages = ImmutableArray.CreateBuilder<PackageChange>();
        foreach (var pair in pairs.Pairs)
        {
            var images = Readable(pair, request, context);
            (report.Images, sink.Platform) = (images, pair.Platform);
            if (!sink.IsFull)
                await comparer.CompareAsync(images, sink, cancellationToken);
            if (request.IncludePackages)
                packages.AddRange(await PackagesAsync(images, cancellationToken));
        }
        sink.Platform = null;
        if (!sink.HasSeen && pairs.Unexplained is { } digests)
            await sink.TakeAsync(digests, cancellationToken);
        var comparison = Result(request, pairs, sink.Tally.Counts) with { Packages = packages.ToImmutable() };
        await report.FinishAsync(comparison, cancellationToken);
        Tell(comparison, sink.IsFull, events);
        return comparison;

        async Task TellAsync(FoundDifference one, CancellationToken ct)
        {
            var difference = await report.AddAsync(one, ct);
            found?.Invoke(ShownDifference.Of(difference));
        }
    }

    private static void Tell(ImageComparison result, bool isCutShort, EventSink events) => events.Verbose(
        $"Compared {result.DifferenceImage} with {result.ReferenceImage}: "
            + $"{(isCutShort ? "they differ" : ComparisonLine.Of(result))}.");

    private static async Task<ImagePairs> OneAsync(
        OpenedImages opened, CompareImagesRequest request, CancellationToken cancellationToken)
    {
        var reference = await opened.GetAsync(request.ReferenceImage, cancellationToken);
        var difference = await opened.GetAsync(request.DifferenceImage, cancellationToken);
        return new ImagePairs(reference.Manifest.Digest, difference.Manifest.Digest,
            [new ImagePair(null, reference, difference)]);
    }

    // Who reads layers twice keeps them.
    private static ComparedImages Readable(ImagePair pair, CompareImagesRequest request, TransportContext context)
    {
        var keeps = request.IncludePackages || request.ReportDirectory is not null || request.Options.IncludeContent;
        return new ComparedImages(pair.Reference, pair.Difference,
            new LayerTars(pair.Reference.Source, context, keeps),
            new LayerTars(pair.Difference.Source, context, keeps));
    }

    private static Task<ImmutableArray<PackageChange>> PackagesAsync(
        ComparedImages images, CancellationToken cancellationToken) => PackageInventory.CompareAsync(
            images.Reference, images.ReferenceTars, images.Difference, images.DifferenceTars, cancellationToken);

    private static ImageComparison Result(CompareImagesRequest request, ImagePairs pairs, ComparisonCounts counts) =>
        new()
        {
            ReferenceImage = request.ReferenceImage.ToString(),
            DifferenceImage = request.DifferenceImage.ToString(),
            ReferenceDigest = pairs.ReferenceDigest.ToString(),
            DifferenceDigest = pairs.DifferenceDigest.ToString(),
            DifferenceCount = counts.Differences,
            ComparedFileCount = counts.ComparedFiles,
            AddedFileCount = counts.AddedFiles,
            RemovedFileCount = counts.RemovedFiles,
            ChangedFileCount = counts.ChangedFiles,
            SameLayerCount = counts.SameLayers,
            ReportDirectory = request.ReportDirectory,
        };
}
