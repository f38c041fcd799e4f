using System.Collections.Immutable;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>
/// What each layer may be made of: what every image that has it finds in its own baseline, since any one may be
/// restored alone.
/// </summary>
internal sealed class BaselineViews
{
    private readonly IReadOnlyList<DeltaInput> _inputs;
    private readonly LayerStore _store;
    private readonly Dictionary<Digest, List<DeltaInput>> _users = [];
    private readonly Dictionary<Digest, BaselineView> _views = [];

    /// <param name="inputs">The images.</param>
    /// <param name="store">Keeps what is read of layers.</param>
    public BaselineViews(IReadOnlyList<DeltaInput> inputs, LayerStore store)
    {
        (_inputs, _store) = (inputs, store);
        foreach (var input in inputs)
        {
            foreach (var layer in input.Target.Layers.Select(l => l.Digest).Distinct())
            {
                if (!_users.TryGetValue(layer, out var users))
                    _users[layer] = users = [];
                users.Add(input);
            }
        }
        var images = new Dictionary<DeltaInput, BaselineView>();
        foreach (var (layer, users) in _users)
            _views[layer] = View(users, images);
    }

    /// <summary>What a layer may be made of.</summary>
    /// <param name="layer">Digest of its blob.</param>
    public BaselineView this[Digest layer] => _views[layer];

    /// <summary>The layers that all baselines have, in the order of the first.</summary>
    /// <param name="users">Who has the baselines; at least one.</param>
    public static ImmutableArray<Layer> CommonLayers(IReadOnlyList<DeltaInput> users)
    {
        var common = users[0].Baseline.Layers.Select(l => l.Digest).ToHashSet();
        foreach (var user in users.Skip(1))
            common.IntersectWith(user.Baseline.Layers.Select(l => l.Digest));
        return [.. users[0].Baseline.Layers.Where(l => common.Contains(l.Digest))];
    }

    /// <summary>What some layers, as they are stored, may be patched from.</summary>
    /// <param name="layers">The layers.</param>
    public IEnumerable<Layer> SourcesOf(IEnumerable<Layer> layers) =>
        layers.SelectMany(l => _views[l.Digest].Layers).DistinctBy(l => l.Digest);

    /// <summary>All layers of the baselines of those who have some layers.</summary>
    /// <param name="layers">The layers.</param>
    public IEnumerable<Layer> LayersOf(IEnumerable<Layer> layers) => layers.SelectMany(l => _users[l.Digest])
        .Distinct().SelectMany(i => i.Baseline.Layers).DistinctBy(l => l.Digest);

    /// <summary>
    /// Finds the contents that layers may be made of. Several layers may have one content: what makes it is to be had
    /// by all who have any of them.
    /// </summary>
    /// <param name="layers">The layers; they, and the baselines of those who have them, were read.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task FindContentsAsync(IReadOnlyCollection<Layer> layers, CancellationToken cancellationToken)
    {
        var users = new Dictionary<Digest, HashSet<DeltaInput>>();
        foreach (var layer in layers)
        {
            if (await IdOfAsync(layer, cancellationToken) is not { } content)
                continue;
            if (!users.TryGetValue(content, out var all))
                users[content] = all = [];
            all.UnionWith(_users[layer.Digest]);
        }
        var contents = new Dictionary<DeltaInput, List<(Digest DiffId, Layer Layer)>>();
        foreach (var input in users.Values.SelectMany(u => u).Distinct())
            contents[input] = await ContentsOfAsync(input, cancellationToken);
        foreach (var layer in layers)
        {
            if (await IdOfAsync(layer, cancellationToken) is not { } content)
                continue;
            var (view, needing) = (_views[layer.Digest], Needing(content, users[content], contents));
            _views[layer.Digest] = new BaselineView(view.Layers, _store)
            {
                Contents = Common(needing, contents),
                Ways = WaysOf(needing, contents),
            };
        }
        foreach (var layer in layers)
        {
            if (await IdOfAsync(layer, cancellationToken) is { } content)
                _views[layer.Digest].Companions = await CompanionsAsync(content, layers, users, cancellationToken);
        }
    }

    /// <summary>Other layers that all who need a content have as well.</summary>
    private async Task<ImmutableArray<CompanionLayer>> CompanionsAsync(
        Digest content, IReadOnlyCollection<Layer> layers, Dictionary<Digest, HashSet<DeltaInput>> users,
        CancellationToken cancellationToken)
    {
        var companions = ImmutableArray.CreateBuilder<CompanionLayer>();
        foreach (var layer in layers)
        {
            if (await IdOfAsync(layer, cancellationToken) is { } other && other != content
                && users[other].IsSupersetOf(users[content]))
                companions.Add(new CompanionLayer(layer, _views[layer.Digest].Contents));
        }
        return companions.ToImmutable();
    }

    /// <summary>
    /// Where images have several baselines, those that lack a content: for them it is made. Who has it needs nothing.
    /// </summary>
    private static HashSet<DeltaInput> Needing(
        Digest content, HashSet<DeltaInput> users, Dictionary<DeltaInput, List<(Digest DiffId, Layer Layer)>> contents)
    {
        if (!users.Any(u => u.HasSeveral))
            return users;
        var needing = users.Where(u => contents[u].All(c => c.DiffId != content)).ToHashSet();
        return needing.Count == 0 ? users : needing;
    }

    /// <summary>
    /// What each of several baselines has, where that differs: a content may be made in as many ways. None where what
    /// all have is all that any has.
    /// </summary>
    private ImmutableArray<ImmutableArray<Layer>> WaysOf(
        HashSet<DeltaInput> users, Dictionary<DeltaInput, List<(Digest DiffId, Layer Layer)>> contents)
    {
        if (!users.Any(u => u.HasSeveral))
            return [];
        var ways = _inputs.Where(users.Contains).Select(u => contents[u])
            .DistinctBy(c => c.Select(s => s.DiffId).ToHashSet(), HashSet<Digest>.CreateSetComparer()).ToArray();
        return ways.Length == 1 ? [] : [.. ways.Select(w => w.Select(c => c.Layer).ToImmutableArray())];
    }

    private ImmutableArray<Layer> Common(
        HashSet<DeltaInput> users, Dictionary<DeltaInput, List<(Digest DiffId, Layer Layer)>> contents)
    {
        var first = _inputs.First(users.Contains);
        var common = contents[first].Select(c => c.DiffId).ToHashSet();
        foreach (var user in users)
            common.IntersectWith(contents[user].Select(c => c.DiffId));
        return [.. contents[first].Where(c => common.Contains(c.DiffId)).Select(c => c.Layer)];
    }

    private async Task<List<(Digest DiffId, Layer Layer)>> ContentsOfAsync(
        DeltaInput input, CancellationToken cancellationToken)
    {
        var contents = new List<(Digest DiffId, Layer Layer)>();
        foreach (var layer in input.Baseline.Layers.DistinctBy(l => l.Digest))
        {
            if (await IdOfAsync(layer, cancellationToken) is { } content)
                contents.Add((content, layer));
        }
        return [.. contents.DistinctBy(c => c.DiffId)];
    }

    private async Task<Digest?> IdOfAsync(Layer layer, CancellationToken cancellationToken) =>
        (await _store.FindContentAsync(layer, cancellationToken))?.DiffId;

    private BaselineView View(List<DeltaInput> users, Dictionary<DeltaInput, BaselineView> images)
    {
        if (users.Count == 1)
        {
            if (!images.TryGetValue(users[0], out var view))
                images[users[0]] = view = new BaselineView(users[0].Baseline.Layers, _store);
            return view;
        }
        return new BaselineView(CommonLayers(users), _store);
    }
}
