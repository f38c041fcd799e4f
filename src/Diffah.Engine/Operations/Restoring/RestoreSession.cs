using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>
/// An open archive, and what its images share while they are restored: baselines, and blobs that more than one needs.
/// </summary>
internal sealed class RestoreSession : IAsyncDisposable
{
    private readonly ArchiveReader _archive;
    private readonly RebuiltImages _rebuilt;
    private readonly EventSink _events;

    private RestoreSession(
        ArchiveReader archive, ITransportCatalog transports, RestoreRequest request, TransportContext context)
    {
        _archive = archive;
        _rebuilt = new RebuiltImages(archive, transports,
            new(request.Platform, request.AdditionalBaselines, request.MemoryBudget, request.Workers), context);
        _events = context.Events;
        Delivery = new ImageDelivery(transports, request, context);
    }

    /// <summary>Brings images to their destinations.</summary>
    public ImageDelivery Delivery { get; }

    /// <summary>Absolute path of the archive.</summary>
    public string ArchivePath => _archive.Path;

    /// <summary>The archive's images.</summary>
    public ImmutableArray<ArchiveImage> Images => _archive.Manifest.Images;

    /// <summary>The archive's indexes.</summary>
    public ImmutableArray<ArchiveIndex> Indexes => _archive.Manifest.Indexes;

    /// <summary>Which image of an index is meant.</summary>
    public Platform Platform => _rebuilt.Platform;

    /// <summary>Whom to tell.</summary>
    public EventSink Events => _events;

    private bool IsSigned => ArchiveSignature.IsBeside(_archive.Path);

    /// <summary>Opens the archive, and checks of it whatever is to be checked before it is used for anything.</summary>
    /// <exception cref="DiffahException">What <see cref="TrustedArchive"/> throws.</exception>
    public static async Task<RestoreSession> OpenAsync(
        ITransportCatalog transports, RestoreRequest request, TransportContext context,
        CancellationToken cancellationToken)
    {
        var archive = await TrustedArchive.OpenAsync(
            request.ArchivePath, request.VerificationKeyPath, transports.Streams, context.Work, context.Events,
            cancellationToken);
        return new RestoreSession(archive, transports, request, context);
    }

    /// <summary>
    /// Checks everything of an image that can be checked before its first layer moves. What is wrong is in the answer.
    /// </summary>
    public async Task<PreparedImage> PrepareAsync(AskedImage asked, CancellationToken cancellationToken)
    {
        var prepared = new PreparedImage(asked, _archive.Manifest, null, null, null);
        try
        {
            var manifest = await _archive.ReadManifestAsync(asked.Entry, cancellationToken);
            prepared = prepared with { Manifest = manifest, ArchiveBytes = ImageWeight.InArchive(_archive, manifest) };
            if (asked.WhySkipped is { } skipped)
                return prepared with { Problem = skipped };
            var baselines = await _rebuilt.OpenBaselinesAsync(
                asked.Entry, asked.Baseline!, cancellationToken);
            var held = _rebuilt.ContentsOf(baselines);
            var archive = await _rebuilt.ChooseWaysAsync(held, cancellationToken);
            var source = _rebuilt.SourceOf(archive, asked.Entry, baselines, held);
            if (await DeltaPreflight.CheckAsync(
                    archive.Manifest, asked.Entry, manifest, baselines, held, null, cancellationToken)
                is { } incomplete
                && (asked.IsPart || !await WillDoAsync(
                    archive.Manifest, asked, manifest, baselines, held, source, cancellationToken)))
                return prepared with { Problem = incomplete, IsIncomplete = true };
            if (_rebuilt.Blobs.Memory.WhyRefused(archive.Manifest, manifest) is { } tooLarge)
                return prepared with { Problem = tooLarge };
            var target = await Image.OpenAsync(source, _rebuilt.Platform, cancellationToken);
            if (!asked.IsPart)
                prepared = prepared with
                {
                    Referrers = await new DeltaReferrers(_archive, asked.Baseline!).OfAsync(
                        [manifest.Digest], cancellationToken),
                };
            var destination = RestoredName.Of(asked, baselines.First);
            var convert = !asked.IsPart
                && await Delivery.CheckAsync(ImageTree.Of(target), destination, cancellationToken);
            _rebuilt.Blobs.Expect(archive.Manifest, manifest, baselines, held);
            StoryLines.TellSources(_events, archive.Manifest, manifest);
            return prepared with { Target = target, Destination = destination, WouldConvert = convert };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return prepared with { Problem = DiffahException.From(e) };
        }
    }

    /// <summary>
    /// Checks everything of an index and its images that can be checked before the first layer moves. What is wrong
    /// with an image is in the answer.
    /// </summary>
    /// <exception cref="DiffahException">ArchiveInvalid, DestinationExists, ConversionRefused.</exception>
    public async Task<PreparedIndex> PrepareAsync(
        ArchiveIndex index, ImageReference baseline, ImageReference destination, CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<PreparedImage>();
        foreach (var listed in index.Images)
            images.Add(await PrepareAsync(
                new AskedImage(Images.Single(i => i.Name == listed.Name), baseline, destination) { IsPart = true },
                cancellationToken));
        var prepared = new PreparedIndex(index, images.ToImmutable(), destination, null)
        {
            ArchiveBytes = _archive.FileBytes,
        };
        if (prepared.Problem is not null)
            return prepared;
        var source = new DeltaIndexSource(
            _archive, index.Shown, index.Descriptor,
            prepared.Images.Select(i => (i.Manifest!, (IImageSource?)i.Target!.Source)), baseline);
        var tree = await ImageTree.OpenAsync(source, cancellationToken);
        source.RequireWhole(tree.Manifests);
        await Delivery.CheckAsync(tree, destination, cancellationToken);
        var referrers = await new DeltaReferrers(_archive, baseline).OfAsync(
            tree.Manifests.Manifests.Select(m => m.Digest), cancellationToken);
        return prepared with { Tree = tree.With(referrers) };
    }

    /// <summary>
    /// Whether what is there will do all the same: for a destination that takes contents, where it is blobs that are
    /// missing.
    /// </summary>
    private async Task<bool> WillDoAsync(
        ArchiveManifest archive, AskedImage asked, ImageManifest manifest, BaselineImages baselines,
        BaselineContents held, DeltaImageSource source, CancellationToken cancellationToken)
    {
        if (archive.Version == FormatVersion.V1
            || !archive.Blobs.ContainsKey(manifest.Config.Digest))
            return false;
        var target = await Image.OpenAsync(source, _rebuilt.Platform, cancellationToken);
        if (target.Config.DiffIds.Length != manifest.Layers.Length
            || !await Delivery.TakesContentsAsync(target, RestoredName.Of(asked, baselines.First), cancellationToken))
            return false;
        var wanted = manifest.Layers.Zip(target.Config.DiffIds).DistinctBy(l => l.First.Digest)
            .ToDictionary(l => l.First.Digest, l => l.Second);
        return await DeltaPreflight.CheckAsync(
            archive, asked.Entry, manifest, baselines, held, wanted, cancellationToken) is null;
    }

    /// <summary>What the archive says of itself as a whole.</summary>
    public DeltaArchiveHead DescribeHead() => ArchiveInspector.DescribeHead(_archive) with { IsSigned = IsSigned };

    /// <summary>What restoring would do.</summary>
    public async Task<RestorePlan> PlanAsync(IEnumerable<PreparedImage> images, CancellationToken cancellationToken) =>
        new((await ArchiveInspector.DescribeAsync(_archive, cancellationToken)) with { IsSigned = IsSigned },
            [.. images.Select(i => i.Plan())]);

    public async ValueTask DisposeAsync()
    {
        _archive.Dispose();
        await _rebuilt.DisposeAsync();
    }
}
