using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Producing;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>One image of a bundle.</summary>
/// <param name="Name">Its name in the archive: <c>[a-z0-9][a-z0-9_-]*</c>, unique.</param>
/// <param name="Baseline">The image the other side has. A path in it is absolute.</param>
/// <param name="Target">The image the other side is to get. A path in it is absolute.</param>
public sealed record DeltaPair(string Name, ImageReference Baseline, ImageReference Target);

/// <summary>What to make a bundle from, and where to.</summary>
public sealed record CreateBundleRequest : CreateArchiveRequest
{
    /// <summary>The images, at least one. Their order does not change the archive.</summary>
    public required ImmutableArray<DeltaPair> Pairs { get; init; }
}

/// <summary>Makes one delta archive for many images. What they share is read, encoded and stored once.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CreateBundle(ITransportCatalog transports)
{
    /// <summary>Makes the archive.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaArchive> RunAsync(
        CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(
            async () => await Production(request, events).RunAsync("Making a bundle", cancellationToken));

    /// <summary>Says what <see cref="RunAsync"/> would do, and writes nothing but to the work directory.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPlan> PlanAsync(
        CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(
            async () => await Production(request, events).PlanAsync("Planning a bundle", cancellationToken));

    private ArchiveProduction Production(CreateBundleRequest request, EventSink events)
    {
        if (request.Pairs.IsDefaultOrEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument, "A bundle needs at least one pair of images.",
                "Give a name, a baseline and a target.");
        ImageNames.RequireUnique(request.Pairs.Select(p => p.Name));
        return new(transports, request,
            [.. request.Pairs.Select(p => new ArchivePair(p.Name, p.Baseline, null, p.Target))], events);
    }
}
