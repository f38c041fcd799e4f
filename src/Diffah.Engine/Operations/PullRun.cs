using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Pulling;
using Diffah.Engine.Operations.Restoring;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>
/// Pulls an image by the cheapest way, and where that leads nowhere, because a registry forgot a blob or a delta is
/// damaged, by the next one.
/// </summary>
internal sealed class PullRun : IAsyncDisposable
{
    private readonly ITransportCatalog _transports;
    private readonly PullImageRequest _request;
    private readonly TransportContext _context;
    private readonly ArchiveVerifier? _verifier;
    private readonly ImageDelivery _delivery;

    private PullRun(
        ITransportCatalog transports, PullImageRequest request, TransportContext context, ArchiveVerifier? verifier,
        PullSession session)
    {
        (_transports, _request, _context, _verifier, Session) = (transports, request, context, verifier, session);
        _delivery = new ImageDelivery(transports, request.ToRestore(), context);
    }

    /// <summary>The image, and what is there.</summary>
    public PullSession Session { get; }

    /// <summary>Opens the image and what is there.</summary>
    /// <exception cref="DiffahException">KeyInvalid, SigningReserved, and what opening images throws.</exception>
    public static async Task<PullRun> OpenAsync(
        ITransportCatalog transports, PullImageRequest request, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken)
    {
        // The key comes first: one that can't be used is a user's mistake, whatever the image is like.
        var verifier = request.VerificationKeyPath is { } key
            ? await ArchiveVerifier.LoadAsync(key, cancellationToken)
            : null;
        try
        {
            var context = new TransportContext(work, events) { Bounds = request.ToRestore().Decompression };
            var session = await PullSession.OpenAsync(transports, request, new PulledSettings(
                context, verifier, request.ResumeDirectory,
                request.MemoryBudget, request.Workers), cancellationToken);
            return new PullRun(transports, request, context, verifier, session);
        }
        catch
        {
            verifier?.Dispose();
            throw;
        }
    }

    /// <summary>Looks for the ways to the image.</summary>
    /// <exception cref="DiffahException">The destination can't take the image.</exception>
    public async Task<FoundWays> FindWaysAsync(CancellationToken cancellationToken)
    {
        var takesContents = await _delivery.TakesContentsAsync(
            Session.Target, _request.Destination, cancellationToken);
        return await Session.FindWaysAsync(
            takesContents, await FindAtDestinationAsync(takesContents, cancellationToken), cancellationToken);
    }

    /// <summary>Pulls the image.</summary>
    /// <param name="progress">Told of steps.</param>
    /// <param name="cancellationToken">Stops the work; nothing is visible then.</param>
    /// <exception cref="DiffahException">No way leads to the image.</exception>
    public async Task<PulledImage> PullAsync(ProgressScope progress, CancellationToken cancellationToken)
    {
        DiffahException? problem = null;
        while (true)
        {
            var found = await FindWaysAsync(cancellationToken);
            if (found.Ways is not [var way, ..])
                throw problem ?? WhyNone();
            _context.Events.Verbose(found.Why);
            progress.BeginStep(way.Route is null ? "pulling layers" : "rebuilding layers");
            try
            {
                return await TakeAsync(way, found.Why, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException && IsOfTheWay(DiffahException.From(e)))
            {
                problem = DiffahException.From(e);
                _context.Events.Warn(
                    $"{char.ToUpperInvariant(way.Name[0])}{way.Name[1..]} did not work: {problem.Message} "
                        + "The next way is tried, if there is one.");
                Session.Forget(way);
            }
        }
    }

    /// <summary>What there is to say where there is no way at all.</summary>
    public DiffahException WhyNone() => new(DiffahErrors.SignatureMissing,
        $"No published delta that makes {_request.Image} is signed with the key that was given, "
            + "so nothing vouches for the image.",
        "Give the image by its digest, or leave Verify (--verify) out: it is fetched as its registry has it then.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _verifier?.Dispose();
        await Session.DisposeAsync();
    }

    /// <summary>
    /// True for what another way may not meet: bytes that are wrong or gone, and a patch that takes too much memory.
    /// </summary>
    private static bool IsOfTheWay(DiffahException problem) => problem.Error.Category == DiffahErrorCategory.Content
        || problem.Error == DiffahErrors.BaselineMismatch || problem.Error == DiffahErrors.MemoryBudgetExceeded
        || problem.Error == DiffahErrors.RegistryFailure;

    private Task<PulledImage> TakeAsync(Way way, string why, CancellationToken cancellationToken) =>
        way.Route is null ? PullPlainlyAsync(way, why, cancellationToken) : RestoreAsync(way, why, cancellationToken);

    private async Task<PulledImage> PullPlainlyAsync(Way way, string why, CancellationToken cancellationToken)
    {
        var image = await Session.OpenPlainAsync(cancellationToken);
        var delivered = await DeliverAsync(image, _request.Destination, cancellationToken);
        var held = image.Layers.Count(l => Session.Baselines.Stores(l.Digest)
            || (l.DiffId is { } content && Session.Held.Has(content)));
        return new PulledImage(Session.Target, delivered, PullOf(way, why),
            new LayerKinds(held, 0, image.Layers.Length - held));
    }

    private async Task<PulledImage> RestoreAsync(Way way, string why, CancellationToken cancellationToken)
    {
        var archives = await Session.TakeArchivesAsync(way.Route!, cancellationToken);
        await using var session = new RestoreSession(
            archives, _transports, _request.ToRestore() with { Platform = Session.Platform }, _context,
            Session.GivenImages);
        var entry = session.Images.First(
            i => i.Target.ManifestDigest == Session.Target.Manifest.Digest);
        var prepared = await session.PrepareAsync(
            new AskedImage(entry, _request.Baseline, _request.Destination), cancellationToken);
        if (prepared.Problem is { } problem)
            throw problem;
        var delivered = await DeliverAsync(prepared.Target!, prepared.Destination!, cancellationToken);
        var image = prepared.Describe(delivered.Written);
        return new PulledImage(Session.Target, delivered, PullOf(way, why),
            new LayerKinds(image.BaselineLayerCount, image.PatchedLayerCount, image.FullLayerCount));
    }

    private ImagePull PullOf(Way way, string why) => new(way.Kind, way.Deltas, Session.FetchedBytes, why);

    private async Task<DeliveredImage> DeliverAsync(
        Image image, ImageReference reference, CancellationToken cancellationToken)
    {
        var tree = ImageTree.Of(image);
        if (_request.IncludeReferrers)
            tree = tree.With(await Session.FindReferrersAsync(_context.Events, cancellationToken));
        await using var destination = await _delivery.OpenAsync(reference, cancellationToken);
        var delivered = await _delivery.WriteAsync(tree, destination, cancellationToken);
        await delivered.Staged.CommitAsync(cancellationToken);
        return delivered;
    }

    /// <summary>
    /// Layers that need not be written. A registry is not asked: it would be made to lend them from other repositories.
    /// </summary>
    private async Task<IReadOnlySet<Digest>> FindAtDestinationAsync(
        bool takesContents, CancellationToken cancellationToken)
    {
        if (takesContents || !_request.Destination.Traits.IsFolder)
            return ImmutableHashSet<Digest>.Empty;
        await using var destination = await _delivery.OpenAsync(_request.Destination, cancellationToken);
        var found = new HashSet<Digest>();
        foreach (var layer in Session.Target.Layers)
        {
            if (await destination.HasBlobAsync(layer.Descriptor, cancellationToken))
                found.Add(layer.Digest);
        }
        return found;
    }
}
