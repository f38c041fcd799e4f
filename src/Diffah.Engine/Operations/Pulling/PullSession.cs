using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Deltas.Routing;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>
/// An image of a registry that is to be pulled, with what is there already, and the ways from the one to the other.
/// </summary>
internal sealed class PullSession : IAsyncDisposable
{
    private readonly OpenedImages _opened;
    private readonly OpenedImages _given;
    private readonly DeltaOffers _offers;
    private readonly FetchedParts? _fetched;
    private readonly CountedSource _source;
    private readonly HeldParts _parts;
    private readonly bool _needsVoucher;
    private bool _isPlainUseless;

    private PullSession(
        OpenedImages opened, CountedSource source, Image target, OpenedImages given, BaselineImages baselines,
        PulledSettings settings)
    {
        (_opened, _source, Target, _given, Baselines) = (opened, source, target, given, baselines);
        Platform = opened.PlatformOf(target);
        var context = settings.Context;
        var folders = new FetchFolders(context.Work, settings.KeptFolder);
        _offers = new DeltaOffers(source, target, settings.Verifier, folders, context.Events);
        _fetched = folders.Kept is null
            ? null
            : new FetchedParts(source, folders, source.Reference.ToString(), context.Events);
        _parts = new HeldParts(baselines, target);
        _needsVoucher = settings.Verifier is not null && source.Reference.FullName?.Digest is null;
        var store = new SharedBlobs(new LayerStore(context.Work, context.Bounds),
            new LayerStore(context.Work, context.Bounds), new PatchMemory(settings.MemoryBudget), context.Events);
        Held = new BaselineContents(baselines, store, new SharedContents(
            context.Work, context.Bounds, settings.Workers ?? Environment.ProcessorCount, context.Events));
    }

    /// <summary>The image as its registry has it.</summary>
    public Image Target { get; }

    /// <summary>What refers to the image, with all that it lists; published deltas are no part of it.</summary>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What reading manifests throws.</exception>
    public Task<ImmutableArray<ReferrerTree>> FindReferrersAsync(
        EventSink events, CancellationToken cancellationToken) =>
        ReferrerTrees.TakeAlongAsync(_source, [Target.Manifest.Digest], events, cancellationToken);

    /// <summary>What is there.</summary>
    public BaselineImages Baselines { get; }

    /// <summary>What that holds.</summary>
    public BaselineContents Held { get; }

    /// <summary>The platform that the image is for.</summary>
    public Platform Platform { get; }

    /// <summary>The baselines that were opened, for who opens the same.</summary>
    public OpenedImages GivenImages => _given;

    /// <summary>Bytes that came from the registry.</summary>
    public long FetchedBytes => _source.Bytes;

    /// <summary>Opens an image and what is there.</summary>
    /// <exception cref="Diagnostics.DiffahException">What opening images throws.</exception>
    public static async Task<PullSession> OpenAsync(
        ITransportCatalog transports, PullImageRequest request, PulledSettings settings,
        CancellationToken cancellationToken)
    {
        var platform = request.Platform ?? Platform.Default;
        var opened = new OpenedImages(transports, platform, request.Platform is not null, settings.Context);
        OpenedImages? given = null;
        try
        {
            var source = new CountedSource(await opened.OpenSourceAsync(request.Image, cancellationToken));
            var target = await Image.OpenAsync(source, platform, cancellationToken);
            source.Remember(target);
            if (request.Platform is { } asked)
                target.RequirePlatform(asked, settings.Context.Events);
            given = new OpenedImages(
                transports, opened.PlatformOf(target), request.Platform is not null, settings.Context);
            var baselines = await new GivenBaselines(
                given, request.AdditionalBaselines, FormatVersion.V2, settings.Context.Events)
                .OpenAsync(request.Baseline, cancellationToken);
            return new PullSession(opened, source, target, given, baselines, settings);
        }
        catch
        {
            if (given is not null)
                await given.DisposeAsync();
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks for all ways, the cheapest first; none that was found useless.</summary>
    /// <param name="takesContents">Whether the destination is given contents and never a blob.</param>
    /// <param name="atDestination">Layers that the destination has already.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<FoundWays> FindWaysAsync(
        bool takesContents, IReadOnlySet<Digest> atDestination, CancellationToken cancellationToken)
    {
        var layers = Target.Layers.Where(l => !l.HasUrls && !atDestination.Contains(l.Digest))
            .DistinctBy(l => l.Digest).ToArray();
        var plain = CostOfPlain(layers, takesContents);
        // Where the image is to be vouched for, what vouches for it has to be read in any case.
        var routes = await new RouteSearch(_offers, _parts, new RouteBounds()).FindAsync(
            Target.Manifest.Digest, NeedsOf(layers, takesContents),
            _needsVoucher || _isPlainUseless ? null : plain, cancellationToken);
        var isPlainGood = !_isPlainUseless && (!_needsVoucher || _offers.IsVouchedFor);
        // At the same cost what needs no delta at all is the plainer way.
        var ways = routes.Routes.Select(r => new Way(r, r.Cost))
            .Concat(isPlainGood ? [new Way(null, plain)] : Array.Empty<Way>())
            .OrderBy(w => w.Cost).ThenBy(w => w.Route is null ? 0 : 1).ToImmutableArray();
        return new FoundWays(ways, routes, Target.Manifest.Raw.Bytes.Length);
    }

    /// <summary>The archives of a way, in their order; the caller's from now on.</summary>
    public Task<ImmutableArray<ArchiveReader>> TakeArchivesAsync(
        DeltaRoute route, CancellationToken cancellationToken) => _offers.TakeAsync(route, cancellationToken);

    /// <summary>The image, of what is there and of its registry.</summary>
    public async Task<Image> OpenPlainAsync(CancellationToken cancellationToken) => await Image.OpenChosenAsync(
        new PulledLayers(_source, Baselines, Held, _fetched),
        new ChosenManifest(Target.Manifest.Raw, Target.Listed), cancellationToken);

    /// <summary>Leaves a way out of all that is found from now on.</summary>
    public void Forget(Way way)
    {
        if (way.Route is { } route)
            _offers.Forget(route);
        else
            _isPlainUseless = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _offers.Dispose();
        _fetched?.Dispose();
        await _given.DisposeAsync();
        await _opened.DisposeAsync();
    }

    private RouteCost CostOfPlain(Layer[] layers, bool takesContents)
    {
        var missing = layers.Where(l => !_parts.HasBlob(l.Digest)
            && !(takesContents && l.DiffId is { } content && _parts.HasContent(content))).ToArray();
        return new RouteCost(missing.Sum(l => l.Size), missing.Length);
    }

    private static RouteNeeds NeedsOf(Layer[] layers, bool takesContents)
    {
        var contents = layers.Where(l => takesContents && l.DiffId is not null).ToArray();
        return new RouteNeeds(
            [.. layers.Except(contents).Select(l => l.Digest)], [.. contents.Select(l => l.DiffId!.Value)]);
    }
}

/// <summary>With what an image is pulled.</summary>
/// <param name="Context">What transports may use.</param>
/// <param name="Verifier">The key that must have signed deltas; null looks at no signature.</param>
/// <param name="KeptFolder">Absolute path of the folder in which fetched blobs stay; null keeps none.</param>
/// <param name="MemoryBudget">Bytes that patches being applied may be estimated at.</param>
/// <param name="Workers">Threads that make a content; null is one for each processor.</param>
internal sealed record PulledSettings(
    TransportContext Context, ArchiveVerifier? Verifier, string? KeptFolder, long MemoryBudget, int? Workers);
