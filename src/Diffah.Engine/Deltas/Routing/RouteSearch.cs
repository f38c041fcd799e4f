using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>
/// Searches the published deltas for the cheapest route from what is there to an image. It goes backwards from the
/// image: a place is what is still needed, and of which image. What a place costs is known as soon as the sidecars
/// behind it are read, and only grows, so what is no cheaper than the best route known is not looked at further. Within
/// its bounds no cheaper route is passed over.
/// </summary>
/// <param name="offers">Where deltas are found.</param>
/// <param name="held">What is there already.</param>
/// <param name="bounds">How far the search goes.</param>
internal sealed class RouteSearch(IDeltaOffers offers, IHeldParts held, RouteBounds bounds)
{
    // Manifest and sidecar.
    private const int RequestsBeforeEntries = 2;

    private readonly PriorityQueue<Edge, (int Rank, long Weight, Digest Delta)> _open = new();
    private readonly Dictionary<(Digest Image, RouteNeeds Needs), List<Place>> _reached = [];
    private readonly Dictionary<Digest, ImmutableArray<OfferedDelta>> _lists = [];
    private readonly Dictionary<Digest, ReadDelta?> _read = [];
    private readonly List<DeltaRoute> _routes = [];
    private long _sidecarBytes;
    private int _listed;
    private int _places;
    private long _best;
    private bool _isCut;

    /// <summary>Searches.</summary>
    /// <param name="target">Digest of the image's manifest.</param>
    /// <param name="needs">What is needed of it.</param>
    /// <param name="otherwise">What the image costs without a delta; null where it is not to be had.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<FoundRoutes> FindAsync(
        Digest target, RouteNeeds needs, RouteCost? otherwise, CancellationToken cancellationToken)
    {
        _best = otherwise?.Weight ?? long.MaxValue;
        await ExpandAsync(new Place(target, needs, [], default, [target], []), cancellationToken);
        while (_open.TryDequeue(out var edge, out _))
        {
            if (Floor(edge).Weight < _best && await ReadAsync(edge.Delta, cancellationToken) is { } read)
                await FollowAsync(edge, read, cancellationToken);
        }
        return new FoundRoutes([.. _routes.OrderBy(r => r.Cost).ThenBy(r => r.Steps.Length)
            .ThenBy(r => string.Join(' ', r.Steps.Select(s => s.Delta.Digest)), StringComparer.Ordinal)],
            _listed, _read.Count, _isCut);
    }

    /// <summary>What an edge costs at the least: nothing of it is known but the size of its sidecar.</summary>
    private static RouteCost Floor(Edge edge) =>
        edge.From.Cost + new RouteCost(edge.Delta.SidecarBytes, RequestsBeforeEntries);

    private async Task FollowAsync(Edge edge, ReadDelta read, CancellationToken cancellationToken)
    {
        var (from, image) = (edge.From, read.Image.Baseline.ManifestDigest);
        if (from.Passed.Contains(image))
            return;
        var passed = RouteStep.Through(read, from.Needs, held);
        var step = Step(edge.Delta, read, passed, from.Used);
        var place = new Place(image, passed.Before, from.Steps.Insert(0, step), from.Cost + step.Cost,
            from.Passed.Add(image), from.Used.Union(passed.Used));
        // Version 1 goes by the very image that the delta was made from, whatever is there of its layers.
        var isThere = read.Archive.Version != FormatVersion.V1 || held.Names.Contains(image);
        if (passed.Before.IsEmpty && isThere)
            Arrive(new DeltaRoute(place.Steps, place.Cost));
        else
            await ExpandAsync(place, cancellationToken);
    }

    private RoutedDelta Step(
        OfferedDelta delta, ReadDelta read, PassedStep passed, ImmutableHashSet<Digest> usedBefore)
    {
        var sizes = read.Archive.Parts.ToDictionary(p => p.Part, p => p.Size);
        // What an archive names and does not have is for its reader to refuse.
        var fetched = passed.Parts.Where(sizes.ContainsKey).ToImmutableHashSet();
        var used = passed.Used.Except(usedBefore);
        return new RoutedDelta(delta, read, fetched, new RouteCost(
            ByteSize.Sum([delta.SidecarBytes, .. fetched.Select(p => sizes[p]), .. used.Select(held.ReadBytes)]),
            RequestsBeforeEntries + fetched.Count + used.Count));
    }

    private void Arrive(DeltaRoute route)
    {
        _routes.Add(route);
        _best = Math.Min(_best, route.Cost.Weight);
    }

    private async Task ExpandAsync(Place place, CancellationToken cancellationToken)
    {
        if (place.Cost.Weight >= _best || !IsNew(place))
            return;
        if (place.Steps.Length >= bounds.Steps || ++_places > bounds.Places)
        {
            _isCut = true;
            return;
        }
        foreach (var delta in await ListAsync(place.Image, cancellationToken))
        {
            // One from an image that is there is tried first: it is likely to end a route, and what is known of one
            // spares looking at others.
            var leadsHere = delta.Baselines.Any(held.Names.Contains);
            _open.Enqueue(new Edge(place, delta), (
                leadsHere ? 0 : 1, (place.Cost + new RouteCost(delta.Bytes, RequestsBeforeEntries)).Weight,
                delta.Digest));
        }
    }

    /// <summary>
    /// False where the place was come to before at no higher cost, by a way that leaves as many images to go on to, and
    /// has fetched as much of what is far.
    /// </summary>
    private bool IsNew(Place place)
    {
        if (!_reached.TryGetValue((place.Image, place.Needs), out var known))
            _reached[(place.Image, place.Needs)] = known = [];
        if (known.Any(k => k.Cost.CompareTo(place.Cost) <= 0 && k.Passed.IsSubsetOf(place.Passed)
            && k.Used.IsSupersetOf(place.Used)))
            return false;
        known.Add(place);
        return true;
    }

    private async Task<ImmutableArray<OfferedDelta>> ListAsync(Digest image, CancellationToken cancellationToken)
    {
        if (_lists.TryGetValue(image, out var known))
            return known;
        if (_lists.Count >= bounds.Lists || _listed >= bounds.Deltas)
        {
            _isCut = true;
            return [];
        }
        var all = await offers.ListAsync(image, cancellationToken);
        var listed = all.Take(bounds.Deltas - _listed).ToImmutableArray();
        _isCut |= listed.Length < all.Length;
        _listed += listed.Length;
        return _lists[image] = listed;
    }

    private async Task<ReadDelta?> ReadAsync(OfferedDelta delta, CancellationToken cancellationToken)
    {
        if (_read.TryGetValue(delta.Digest, out var known))
            return known;
        if (_read.Count >= bounds.Sidecars || _sidecarBytes + delta.SidecarBytes > MaximumSidecarBytes)
        {
            _isCut = true;
            return null;
        }
        _sidecarBytes += delta.SidecarBytes;
        return _read[delta.Digest] = await offers.ReadAsync(delta, cancellationToken);
    }

    /// <summary>Looking for a cheaper route must not cost what the route could save.</summary>
    private long MaximumSidecarBytes => Math.Max(bounds.SpareSidecarBytes, _best / RouteBounds.SidecarShare);

    private sealed record Place(
        Digest Image, RouteNeeds Needs, ImmutableArray<RoutedDelta> Steps, RouteCost Cost,
        ImmutableHashSet<Digest> Passed, ImmutableHashSet<Digest> Used);

    private sealed record Edge(Place From, OfferedDelta Delta);
}
