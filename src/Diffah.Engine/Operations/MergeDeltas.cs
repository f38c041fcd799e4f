using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Merging;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>Which deltas to merge, and where to.</summary>
public sealed record MergeDeltasRequest : CreateArchiveRequest
{
    /// <summary>
    /// Absolute paths of the delta archives, in the order in which they are applied; two at least.
    /// </summary>
    public required ImmutableArray<string> ArchivePaths { get; init; }

    /// <summary>
    /// Absolute path of a public key that all of them must be signed with; null looks at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>
    /// The image that the first delta was made from: what several deltas change is then told by it anew, which takes
    /// less. Null merges without any image.
    /// </summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>
    /// The same for bundles, by the images' names; either all images are here, or none.
    /// </summary>
    public ImmutableSortedDictionary<string, ImageReference> Baselines { get; init; } =
        ImmutableSortedDictionary<string, ImageReference>.Empty;
}

/// <summary>Makes one delta archive of several that are applied one after the other.</summary>
/// <param name="transports">Where baselines come from.</param>
public sealed class MergeDeltas(ITransportCatalog transports)
{
    /// <summary>Merges the archives.</summary>
    /// <param name="request">Which, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaArchive> RunAsync(
        MergeDeltasRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => new ArchiveMerge(transports, request, events).RunAsync(cancellationToken));

    /// <summary>
    /// Says what <see cref="RunAsync"/> would do without any image. Reads the archives and writes nothing but to the
    /// work directory.
    /// </summary>
    /// <param name="request">Which, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPlan> PlanAsync(
        MergeDeltasRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => new ArchiveMerge(transports, request, events).PlanAsync(cancellationToken));
}
