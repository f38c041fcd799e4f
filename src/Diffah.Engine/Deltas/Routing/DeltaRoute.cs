using System.Collections.Immutable;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>Published deltas that lead from what is there to an image.</summary>
/// <param name="Steps">The deltas, the one that makes the image last.</param>
/// <param name="Cost">What fetching them costs, all together.</param>
internal sealed record DeltaRoute(ImmutableArray<RoutedDelta> Steps, RouteCost Cost);

/// <summary>A delta of a route.</summary>
/// <param name="Delta">The delta.</param>
/// <param name="Read">What it says.</param>
/// <param name="Parts">The entries that are fetched of it, beside its sidecar.</param>
/// <param name="Cost">What fetching them costs, with manifest and sidecar.</param>
internal sealed record RoutedDelta(
    OfferedDelta Delta, ReadDelta Read, ImmutableHashSet<ArchivePart> Parts, RouteCost Cost);

/// <summary>What a search found.</summary>
/// <param name="Routes">Routes, the cheapest first.</param>
/// <param name="Listed">How many deltas were listed.</param>
/// <param name="Read">Of how many the sidecar was read.</param>
/// <param name="IsCut">True where a bound ended the search, so that there may be a cheaper route.</param>
internal sealed record FoundRoutes(ImmutableArray<DeltaRoute> Routes, int Listed, int Read, bool IsCut);

/// <summary>How far a search goes.</summary>
/// <param name="Steps">The most deltas of a route.</param>
/// <param name="Lists">The most images whose deltas are listed.</param>
/// <param name="Deltas">The most deltas that are looked at, of all lists.</param>
/// <param name="Sidecars">The most sidecars that are read.</param>
/// <param name="Places">The most places on the way that are looked at.</param>
/// <param name="SpareSidecarBytes">Bytes of sidecars that are read whatever there is to gain.</param>
internal sealed record RouteBounds(
    int Steps = 32, int Lists = 64, int Deltas = 4096, int Sidecars = 64, int Places = 10_000,
    long SpareSidecarBytes = 256 * 1024)
{
    /// <summary>Beyond the spare ones, bytes of sidecars are at most this part of the best route's.</summary>
    public const int SidecarShare = 16;
}
