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

namespace Diffah.Engine.Operations.Restoring;

/// <summary>
/// An open archive, with those that lead to it from the baselines, and what its images share while they are restored:
/// baselines, and blobs and contents that more than one needs.
/// </summary>
internal sealed class RestoreSession : IAsyncDisposable
{
    private readonly ImmutableArray<ArchiveReader> _chain;
    private readonly ArchiveReader _archive;
    private readonly RebuiltImages _rebuilt;
    private readonly EventSink _events;

    /// <param name="archives">The archives, first to last; owned. They are put in order where they were not.</param>
    /// <param name="transports">Where images come from and go to.</param>
    /// <param name="request">What is allowed; its paths of archives are not looked at.</param>
    /// <param name="context">What transports may use.</param>
    /// <param name="opened">Baselines that are open already, not owned; null opens and closes them here.</param>
    public RestoreSession(
        IReadOnlyList<ArchiveReader> archives, ITransportCatalog transports, RestoreRequest request,
        TransportContext context, OpenedImages? opened = null)
    {
        _chain = ArchiveChain.Order([.. archives], context.Events);
        _archive = _chain[^1];
        _rebuilt = new RebuiltImages(_chain, transports,
            new(request.Platform, request.AdditionalBaselines, request.MemoryBudget, request.Workers), context,
            opened);
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

    /// <summary>Opens the archives, and checks of them whatever is to be checked before they are used.</summary>
    /// <exception cref="DiffahException">What <see cref="TrustedArchive"/> throws.</exception>
    public static async Task<RestoreSession> OpenAsync(
        ITransportCatalog transports, RestoreRequest request, TransportContext context,
        CancellationToken cancellationToken)
    {
        var archives = new List<ArchiveReader>();
        try
        {
            foreach (var path in request.ArchivePaths)
                archives.Add(await TrustedArchive.OpenAsync(path, request.VerificationKeyPath, transports.Streams,
                    context.Work, context.Events, cancellationToken, !request.PrecedingArchivePaths.IsEmpty));
            return new RestoreSession(archives, transports, request, context);
        }
        catch
        {
            archives.ForEach(a => a.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Checks everything of an image that can be checked before its first layer moves. What is wrong is in the answer.
    /// </summary>
    public async Task<PreparedImage> PrepareAsync(AskedImage asked, CancellationToken cancellationToken)
    {
        var prepared = new PreparedImage(asked, [_archive.Manifest], null, null, null);
        try
        {
            var manifest = await _archive.ReadManifestAsync(asked.Entry, cancellationToken);
            prepared = prepared with { Manifest = manifest, ArchiveBytes = ImageWeight.InArchive(_archive, manifest) };
            if (asked.WhySkipped is { } skipped)
                return prepared with { Problem = skipped };
            var link = await _rebuilt.OpenLinkAsync(asked.Entry, asked.Baseline!, cancellationToken);
            prepared = AddEarlier(prepared, link);
            if (await DeltaPreflight.CheckAsync(link, manifest, null, cancellationToken) is { } incomplete
                && (asked.IsPart || !await WillDoAsync(asked, manifest, link, cancellationToken)))
                return prepared with { Problem = incomplete, IsIncomplete = true };
            if (WhyRefused(link, manifest) is { } tooLarge)
                return prepared with { Problem = tooLarge };
            await link.OpenAsync(_rebuilt.Platform, cancellationToken);
            if (!asked.IsPart)
                prepared = prepared with
                {
                    Referrers = await new DeltaReferrers(_archive, asked.Baseline!).OfAsync(
                        [manifest.Digest], cancellationToken),
                };
            var destination = RestoredName.Of(asked, link.Baselines.First);
            var convert = !asked.IsPart
                && await Delivery.CheckAsync(ImageTree.Of(link.Image), destination, cancellationToken);
            link.Expect(manifest);
            StoryLines.TellSources(_events, link.Archive.Manifest, manifest);
            return prepared with { Target = link.Image, Destination = destination, WouldConvert = convert };
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
            ArchiveBytes = _chain.Sum(a => a.FileBytes),
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
        AskedImage asked, ImageManifest manifest, DeltaLink link, CancellationToken cancellationToken)
    {
        if (_archive.Manifest.Version == FormatVersion.V1
            || !_archive.Manifest.Blobs.ContainsKey(manifest.Config.Digest))
            return false;
        await link.OpenAsync(_rebuilt.Platform, cancellationToken);
        var (target, destination) = (link.Image, RestoredName.Of(asked, link.Baselines.First));
        if (target.Config.DiffIds.Length != manifest.Layers.Length
            || !await Delivery.TakesContentsAsync(target, destination, cancellationToken))
            return false;
        var wanted = manifest.Layers.Zip(target.Config.DiffIds).DistinctBy(l => l.First.Digest)
            .ToDictionary(l => l.First.Digest, l => l.Second);
        return await DeltaPreflight.CheckAsync(link, manifest, wanted, cancellationToken) is null;
    }

    private static DiffahException? WhyRefused(DeltaLink link, ImageManifest manifest) =>
        link.Blobs.Memory.WhyRefused(link.Archive.Manifest, manifest)
            ?? (link.Baselines.Earlier is null ? null : link.Blobs.Memory.WhyRefused(link.Walk, manifest));

    private static PreparedImage AddEarlier(PreparedImage prepared, DeltaLink last)
    {
        var earlier = last.Earlier.ToArray();
        return prepared with
        {
            Archives = [.. prepared.Archives, .. earlier.Select(l => l.Archive.Manifest)],
            ArchiveBytes = prepared.ArchiveBytes
                + earlier.Sum(l => ImageWeight.InArchive(l.Archive, l.Image.Manifest)),
        };
    }

    /// <summary>What the archive says of itself as a whole.</summary>
    public DeltaArchiveHead DescribeHead() => DescribeHead(_archive);

    /// <summary>What the archives before it say of themselves.</summary>
    public ImmutableArray<DeltaArchiveHead> DescribePreceding() => [.. _chain[..^1].Select(DescribeHead)];

    /// <summary>What restoring would do.</summary>
    public async Task<RestorePlan> PlanAsync(IEnumerable<PreparedImage> images, CancellationToken cancellationToken)
    {
        var archive = await ArchiveInspector.DescribeAsync(_archive, cancellationToken);
        return new(archive with { IsSigned = TrustedArchive.IsSigned(_archive) }, [.. images.Select(i => i.Plan())])
        {
            PrecedingArchives = DescribePreceding(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var archive in _chain)
            archive.Dispose();
        await _rebuilt.DisposeAsync();
    }

    private static DeltaArchiveHead DescribeHead(ArchiveReader archive) =>
        ArchiveInspector.DescribeHead(archive) with { IsSigned = TrustedArchive.IsSigned(archive) };
}
