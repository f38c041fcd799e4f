using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Requests;

/// <summary>With what images of an archive are rebuilt.</summary>
/// <param name="Platform">Which image of a baseline index is meant; null goes by the archive's platform.</param>
/// <param name="AdditionalBaselines">Images beside the baselines.</param>
/// <param name="MemoryBudget">Bytes that patches being applied may be estimated at; 0 is no limit.</param>
/// <param name="Workers">Threads that make a content; null is one for each processor.</param>
internal sealed record RebuildSettings(
    Platform? Platform, ImmutableArray<ImageReference> AdditionalBaselines, long MemoryBudget, int? Workers);

/// <summary>
/// The images of an archive as sources, rebuilt while they are read, and what they share: baselines, and blobs and
/// contents that more than one needs. Where the archive ends a chain, the earlier archives' images are what it is
/// rebuilt from.
/// </summary>
internal sealed class RebuiltImages : IAsyncDisposable
{
    private readonly ImmutableArray<ArchiveReader> _chain;
    private readonly ImmutableArray<SharedBlobs> _blobs;
    private readonly OpenedImages _opened;
    private readonly bool _isOurs;
    private readonly GivenBaselines _baselines;
    private readonly SharedContents _contents;

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="transports">Where baselines come from.</param>
    /// <param name="settings">With what they are rebuilt.</param>
    /// <param name="context">What transports may use.</param>
    public RebuiltImages(
        ArchiveReader archive, ITransportCatalog transports, RebuildSettings settings, TransportContext context)
        : this([archive], transports, settings, context)
    {
    }

    /// <param name="chain">The archives, each continuing from the one before it; not owned.</param>
    /// <param name="transports">Where baselines come from.</param>
    /// <param name="settings">With what they are rebuilt.</param>
    /// <param name="context">What transports may use.</param>
    /// <param name="opened">Images that are open already, not owned; null opens and closes them here.</param>
    public RebuiltImages(
        ImmutableArray<ArchiveReader> chain, ITransportCatalog transports, RebuildSettings settings,
        TransportContext context, OpenedImages? opened = null)
    {
        (_chain, Platform) = (chain, settings.Platform ?? Platform.Parse(chain[0].Manifest.Platform));
        _isOurs = opened is null;
        _opened = opened ?? new OpenedImages(transports, Platform, settings.Platform is not null, context);
        var version = chain.Select(a => a.Manifest.Version).FirstOrDefault(v => v != FormatVersion.V1);
        _baselines = new GivenBaselines(
            _opened, settings.AdditionalBaselines, version ?? FormatVersion.V1, context.Events);
        var memory = new PatchMemory(settings.MemoryBudget);
        var first = BlobsAfter(null);
        _blobs = [first, .. chain.Skip(1).Select(_ => BlobsAfter(first))];
        _contents = new SharedContents(
            context.Work, context.Bounds, settings.Workers ?? Environment.ProcessorCount, context.Events);

        SharedBlobs BlobsAfter(SharedBlobs? given) => new(
            new LayerStore(context.Work, context.Bounds), new LayerStore(context.Work, context.Bounds),
            memory, context.Events, given);
    }

    /// <summary>Which image of an index is meant.</summary>
    public Platform Platform { get; }

    /// <summary>Keeps blobs that are needed more than once.</summary>
    public SharedBlobs Blobs => _blobs[^1];

    /// <summary>Opens the baseline of an image, and what was given beside it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="baseline">Its baseline.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public Task<BaselineImages> OpenBaselinesAsync(
        ArchiveImage image, ImageReference baseline, CancellationToken cancellationToken)
    {
        // What an index lists in a chain was made, at first, from what the first archive says.
        var first = _chain[0].Manifest;
        return first.ListedAs(image.Name) is { } listed && first.Images.FirstOrDefault(i => i.Name == image.Name)
            is { } made
            ? _baselines.OpenAsync(baseline, made.Baseline.ManifestDigest,
                listed.BaselinePlatform ?? listed.Platform ?? Platform, cancellationToken)
            : _baselines.OpenAsync(baseline, cancellationToken);
    }

    /// <summary>Opens an image of the last archive, with all that leads to it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="baseline">The baseline.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">ChainBroken, and what opening an image throws.</exception>
    public async Task<DeltaLink> OpenLinkAsync(
        ArchiveImage image, ImageReference baseline, CancellationToken cancellationToken)
    {
        var baselines = await OpenBaselinesAsync(image, baseline, cancellationToken);
        var links = ArchiveChain.LinksTo(
            _chain, image, i => baselines.All.Any(b => DeltaPreflight.IsMeant(i, b.Manifest)));
        DeltaLink? link = null;
        foreach (var (archive, made) in links)
        {
            if (link is not null)
            {
                await link.OpenAsync(Platform, cancellationToken);
                baselines = new BaselineImages(link);
            }
            var blobs = _blobs[_chain.IndexOf(archive)];
            var held = new BaselineContents(baselines, blobs, _contents);
            link = new DeltaLink(await InOneWayAsync(archive, held, cancellationToken), made, baselines, held, blobs,
                _contents);
        }
        return link!;
    }

    /// <summary>
    /// The archive with one way only to make each content: the smallest that what is there allows. Layers are read
    /// where something seems to be missing and a configuration does not say what they hold.
    /// </summary>
    private static async Task<ArchiveReader> InOneWayAsync(
        ArchiveReader archive, BaselineContents held, CancellationToken cancellationToken)
    {
        var manifest = archive.Manifest;
        if (manifest.Contents.Values.All(c => c.Alternatives.IsEmpty))
            return archive;
        if (held.IsSilent && !ContentWays.AreThere(manifest, held))
            await held.FindOutAsync(cancellationToken);
        return archive.As(ContentWays.Choose(manifest, held));
    }

    public ValueTask DisposeAsync() => _isOurs ? _opened.DisposeAsync() : ValueTask.CompletedTask;
}
