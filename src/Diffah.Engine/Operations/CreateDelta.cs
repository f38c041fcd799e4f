using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Producing;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>What to make a delta from, and where to.</summary>
public sealed record CreateDeltaRequest : CreateArchiveRequest
{
    /// <summary>
    /// The image the other side has; a path in it is absolute. Null where only its manifest is left:
    /// <see cref="BaselineManifestPath"/>.
    /// </summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>
    /// Absolute path of a file with the baseline's manifest, where the image itself is gone; null where there is a
    /// <see cref="Baseline"/>. Its layers can be left out, but none can be patched from.
    /// </summary>
    public string? BaselineManifestPath { get; init; }

    /// <summary>The image the other side is to get. A path in it is absolute.</summary>
    public required ImageReference Target { get; init; }
}

/// <summary>Makes a delta archive for one image.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CreateDelta(ITransportCatalog transports)
{
    /// <summary>Makes the archive.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaArchive> RunAsync(
        CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(
            async () => await Production(request, events).RunAsync("Making a delta", cancellationToken));

    /// <summary>
    /// Says what <see cref="RunAsync"/> would do. Reads both images and tries patches quickly; writes nothing but to
    /// the work directory.
    /// </summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPlan> PlanAsync(
        CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(
            async () => await Production(request, events).PlanAsync("Planning a delta", cancellationToken));

    private ArchiveProduction Production(CreateDeltaRequest request, EventSink events)
    {
        if (request.Baseline is null == request.BaselineManifestPath is null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                request.Baseline is null
                    ? "No baseline is given."
                    : "Both a baseline and a baseline's manifest are given.",
                "Give either the baseline image, or the file with its manifest where the image is gone.");
        return new(transports, request,
            [new ArchivePair(ArchiveManifest.SingleImageName, request.Baseline, request.BaselineManifestPath,
                request.Target)], events);
    }
}
