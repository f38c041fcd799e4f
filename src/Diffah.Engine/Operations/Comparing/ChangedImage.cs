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
    private readonly ArchiveReader _archive;
    private readonly ArchiveImage _entry;
    private readonly BaselineImages _baselines;
    private readonly BaselineContents _held;
    private readonly Image _target;
    private readonly ContentsAtHand _layers;

    private ChangedImage(
        ArchiveReader archive, ArchiveImage entry, BaselineImages baselines, BaselineContents held, Image target,
        ContentsAtHand layers)
    {
        (_archive, _entry, _baselines) = (archive, entry, baselines);
        (_held, _target, _layers) = (held, target, layers);
    }

    /// <summary>Its name in the archive.</summary>
    public string Name => _entry.Name;

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
        var baselines = await rebuilt.OpenBaselinesAsync(entry, baseline, cancellationToken);
        var held = rebuilt.ContentsOf(baselines);
        archive = await rebuilt.ChooseWaysAsync(held, cancellationToken);
        var source = rebuilt.SourceOf(archive, entry, baselines, held);
        // Without its configuration nothing says what its layers hold.
        var target = archive.Manifest.Blobs.ContainsKey(manifest.Config.Digest)
            ? await Image.OpenAsync(source, rebuilt.Platform, cancellationToken)
            : null;
        // How a layer is compressed says only its blob.
        var willDo = options.Squash || options.Ignore.HasFlag(IgnoredDifferences.Compression);
        var wanted = target is not null && willDo ? WantedOf(archive, target) : null;
        if (await DeltaPreflight.CheckAsync(
                archive.Manifest, entry, manifest, baselines, held, wanted, cancellationToken) is { } incomplete)
            throw incomplete;
        var layers = new ContentsAtHand(source, wanted ?? [], archive.Manifest, baselines, held);
        return new ChangedImage(archive, entry, baselines, held, target!, layers);
    }

    /// <summary>Counts what the image needs. To be called for every image before the first is compared.</summary>
    /// <param name="rebuilt">Keeps what is needed more than once.</param>
    public void Expect(RebuiltImages rebuilt) =>
        rebuilt.Expect(_archive.Manifest, _target.Manifest, _baselines, _held);

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
        var images = new ComparedImages(_baselines.First, _target, tars, tars);
        await using var report = new ComparisonReport(
            options, folder: null, _baselines.First.Source.Reference, _target.Source.Reference)
        {
            Images = images,
        };
        var differences = ImmutableArray.CreateBuilder<ImageDifference>();
        var counts = await new ImageComparer(options, context.Events)
            .CompareAsync(images, TakeAsync, cancellationToken);
        var packages = includePackages
            ? await PackageInventory.CompareAsync(_baselines.First, tars, _target, tars, cancellationToken)
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
        ReferenceImage = _baselines.First.Source.Reference.ToString(),
        DifferenceImage = _archive.Manifest.Images.Length == 1 ? _archive.Path : $"{_archive.Path} ({Name})",
        ReferenceDigest = _baselines.First.Manifest.Digest.ToString(),
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
