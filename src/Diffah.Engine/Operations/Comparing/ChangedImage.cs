using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Comparison.Reporting;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Comparing;

/// <summary>An image of an archive beside its baseline; archive and baseline have all that is needed.</summary>
internal sealed class ChangedImage
{
    private readonly DeltaLink _link;
    private readonly Image _target;
    private readonly ContentsAtHand _layers;

    private ChangedImage(DeltaLink link, Image target, ContentsAtHand layers) =>
        (_link, _target, _layers) = (link, target, layers);

    /// <summary>Its name in the archive.</summary>
    public string Name => _link.Entry.Name;

    /// <summary>Opens an image, and checks that archive and baseline have what it is made of.</summary>
    /// <param name="archive">The archive; not owned.</param>
    /// <param name="entry">The image.</param>
    /// <param name="rebuilt">Rebuilds it.</param>
    /// <param name="baseline">Its baseline.</param>
    /// <param name="options">How they are to be compared.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What restoring throws before its first layer moves: BaselineMismatch,
    /// ArchiveInvalid, and what opening images throws.</exception>
    public static async Task<ChangedImage> OpenAsync(
        ArchiveReader archive, ArchiveImage entry, RebuiltImages rebuilt, ImageReference baseline,
        ComparisonOptions options, CancellationToken cancellationToken)
    {
        var manifest = await archive.ReadManifestAsync(entry, cancellationToken);
        var link = await rebuilt.OpenLinkAsync(entry, baseline, cancellationToken);
        archive = link.Archive;
        // Without its configuration nothing says what its layers hold.
        var target = archive.Manifest.Blobs.ContainsKey(manifest.Config.Digest)
            ? await Image.OpenAsync(link.Source, rebuilt.Platform, cancellationToken)
            : null;
        // How a layer is compressed says only its blob.
        var willDo = options.Squash || options.Ignore.HasFlag(IgnoredDifferences.Compression);
        var wanted = target is not null && willDo ? WantedOf(archive, target) : null;
        if (await DeltaPreflight.CheckAsync(link, manifest, wanted, cancellationToken) is { } incomplete)
            throw incomplete;
        var layers = new ContentsAtHand(
            link.Source, wanted ?? [], archive.Manifest, link.Baselines, link.Held);
        return new ChangedImage(link, target!, layers);
    }

    /// <summary>Counts what the image needs. To be called for every image before the first is compared.</summary>
    public void Expect() => _link.Expect(_target.Manifest);

    /// <summary>Compares it with its baseline.</summary>
    /// <param name="options">How.</param>
    /// <param name="includePackages">Whether packages are told that changed.</param>
    /// <param name="context">What may be used.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">What reading layers throws.</exception>
    public async Task<DeltaChanges> CompareAsync(
        ComparisonOptions options, bool includePackages, TransportContext context,
        CancellationToken cancellationToken)
    {
        var isReadAgain = includePackages || options.IncludeContent;
        // Of both sides, so that what is kept of one serves the other: layers go by digests.
        var tars = new LayerTars(_layers, context, isReadAgain);
        var images = new ComparedImages(_link.Baselines.First, _target, tars, tars);
        await using var report = new ComparisonReport(
            options, folder: null, _link.Baselines.First.Source.Reference, _target.Source.Reference)
        {
            Images = images,
        };
        var differences = ImmutableArray.CreateBuilder<ImageDifference>();
        var counts = await new ImageComparer(options, context.Events)
            .CompareAsync(images, TakeAsync, cancellationToken);
        var packages = includePackages
            ? await PackageInventory.CompareAsync(_link.Baselines.First, tars, _target, tars, cancellationToken)
            : [];
        return new DeltaChanges(SummaryOf(counts, packages), differences.ToImmutable());

        async Task TakeAsync(FoundDifference found, CancellationToken token) =>
            differences.Add(ShownDifference.Of(await report.AddAsync(found, token)));
    }

    /// <summary>
    /// What the layers hold, by their blobs; null where only the blobs will do: version 1 patches these, and a
    /// configuration may not say, or say otherwise than the archive.
    /// </summary>
    private static Dictionary<Digest, Digest>? WantedOf(ArchiveReader archive, Image target) =>
        archive.Manifest.Version == FormatVersion.V1
            || target.Layers.Any(l => l.DiffId is not { } id
                || (archive.Manifest.FormOf(l.Digest)?.Content ?? id) != id)
            ? null
            : target.Layers.DistinctBy(l => l.Digest).ToDictionary(l => l.Digest, l => l.DiffId!.Value);

    private ImageComparison SummaryOf(ComparisonCounts counts, ImmutableArray<PackageChange> packages) => new()
    {
        ReferenceImage = _link.Baselines.First.Source.Reference.ToString(),
        DifferenceImage = _link.Archive.Manifest.Images.Length == 1
            ? _link.Archive.Path
            : $"{_link.Archive.Path} ({Name})",
        ReferenceDigest = _link.Baselines.First.Manifest.Digest.ToString(),
        DifferenceDigest = _target.Manifest.Digest.ToString(),
        DifferenceCount = counts.Differences,
        ComparedFileCount = counts.ComparedFiles,
        AddedFileCount = counts.AddedFiles,
        RemovedFileCount = counts.RemovedFiles,
        ChangedFileCount = counts.ChangedFiles,
        SameLayerCount = counts.SameLayers,
        Packages = packages,
    };
}
