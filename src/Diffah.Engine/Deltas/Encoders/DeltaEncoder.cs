using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Deltas.Planning;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Encoders;

/// <summary>Turns images into decisions, and decisions into blobs ready for an archive. Concurrency changes when work runs, never its result.</summary>
internal sealed class DeltaEncoder
{
    private readonly IReadOnlyList<DeltaInput> _inputs;
    private readonly EncodingOptions _options;
    private readonly EventSink _events;
    private readonly LayerPool _pool;
    private readonly PatchTrial _trial;
    private readonly PatchSearch _search;
    private readonly Dictionary<Digest, ILayer> _baselineLayers;

    /// <param name="inputs">The images.</param>
    /// <param name="options">The knobs, validated.</param>
    /// <param name="work">Where blobs and patches are spooled.</param>
    /// <param name="events">Whom to tell.</param>
    public DeltaEncoder(IReadOnlyList<DeltaInput> inputs, EncodingOptions options, WorkDirectory work, EventSink events)
    {
        (_inputs, _options, _events) = (inputs, options, events.For("deltas"));
        _pool = new LayerPool(new BlobSpool(work));
        _trial = new PatchTrial(CodecCatalog.ZstdPatch, work, new MemoryGate(options.MemoryBudget));
        _search = new PatchSearch(_trial, new CodecSettings(options.ZstdLevel, options.ZstdWindowLog));
        _baselineLayers = inputs.SelectMany(i => i.Baseline.Layers).DistinctBy(l => l.Digest).ToDictionary(l => l.Digest);
    }

    /// <summary>Decides on every blob, reading and ranking baseline layers where something is to be patched.</summary>
    /// <param name="patching">Whether layers may be patched.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ImmutableSortedDictionary<Digest, BlobDecision>> DecideAsync(bool patching, CancellationToken cancellationToken)
    {
        var decisions = DeltaPlanner.Decide(_inputs, patching);
        var patched = decisions.Values.Where(d => d.Action == BlobAction.Patch).ToArray();
        if (patched.Length == 0)
            return decisions;
        MemoryPolicy.Check(patched, _baselineLayers.Values, _options);
        var bases = _inputs.SelectMany(i => i.Target.Layers, (i, l) => (l.Digest, i.Baseline)).DistinctBy(p => p.Digest).ToDictionary(p => p.Digest, p => p.Baseline);
        await ReadAsync([.. patched.Select(d => d.Layer!), .. patched.SelectMany(d => bases[d.Digest].Layers)], cancellationToken);
        foreach (var decision in patched)
            decisions = decisions.SetItem(decision.Digest, await RankAsync(decision, bases[decision.Digest], cancellationToken));
        return decisions;
    }

    /// <summary>Bytes each patch will take at the most, by a quick trial.</summary>
    public async Task<IReadOnlyDictionary<Digest, long>> EstimateAsync(IEnumerable<BlobDecision> decisions, CancellationToken cancellationToken)
    {
        var sizes = new ConcurrentDictionary<Digest, long>();
        await ForEachAsync(decisions.Where(d => d.Action == BlobAction.Patch), async (decision, ct) =>
        {
            using var progress = BeginLayer(decision.Digest, "estimating", null);
            var target = await SpoolAsync(decision.Layer!, ct);
            sizes[decision.Digest] = await _search.EstimateAsync(target, await CandidatesAsync(decision, ct), progress, ct);
        }, cancellationToken);
        return sizes;
    }

    /// <summary>Makes every blob that travels ready for the archive.</summary>
    public async Task<ImmutableSortedDictionary<Digest, EncodedBlob>> EncodeAsync(IEnumerable<BlobDecision> decisions, CancellationToken cancellationToken)
    {
        var encoded = new ConcurrentDictionary<Digest, EncodedBlob>();
        await ForEachAsync(decisions.Where(d => d.Action != BlobAction.Reuse),
            async (decision, ct) => encoded[decision.Digest] = await EncodeAsync(decision, ct), cancellationToken);
        return encoded.ToImmutableSortedDictionary();
    }

    private async Task<EncodedBlob> EncodeAsync(BlobDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Kind != BlobKind.Layer)
            return Small(decision);
        // What is patched was read before.
        using var progress = decision.Action == BlobAction.Patch
            ? BeginLayer(decision.Digest, "preparing", null)
            : BeginLayer(decision.Digest, "reading", decision.Descriptor.Size);
        var target = await _pool.SpoolAsync(decision.Layer!, progress.Advance, cancellationToken);
        var patch = decision.Action == BlobAction.Patch
            ? await _search.FindAsync(target, await CandidatesAsync(decision, cancellationToken), progress, cancellationToken)
            : null;
        if (patch is null)
            return Whole(decision, target.OpenRead);
        return new EncodedBlob(new SidecarBlob(target.Size, decision.Descriptor.MediaType, patch.Size, _trial.CodecName, patch.From), () => File.OpenRead(patch.Path));
    }

    /// <summary>Manifests and configurations are at hand.</summary>
    private EncodedBlob Small(BlobDecision decision)
    {
        var target = _inputs.Select(i => i.Target).First(t => t.Manifest.Digest == decision.Digest || t.Manifest.Config.Digest == decision.Digest);
        var bytes = decision.Kind == BlobKind.Manifest ? target.Manifest.Raw.Bytes : target.ConfigBytes;
        return Whole(decision, () => new MemoryStream(bytes.ToArray(), writable: false));
    }

    private static EncodedBlob Whole(BlobDecision decision, Func<Stream> open) =>
        new(new SidecarBlob(decision.Descriptor.Size, decision.Descriptor.MediaType, decision.Descriptor.Size), open);

    private async Task<BlobDecision> RankAsync(BlobDecision decision, DeltaBaseline baseline, CancellationToken cancellationToken)
    {
        var target = await _pool.RankAsync(decision.Layer!, null, cancellationToken);
        var bases = new List<RankedLayer>();
        foreach (var layer in baseline.Layers.DistinctBy(l => l.Digest))
            bases.Add(await _pool.RankAsync(layer, null, cancellationToken));
        return decision with { Candidates = CandidateRanking.Rank(target, bases, _options.Candidates) };
    }

    private async Task ReadAsync(IEnumerable<ILayer> layers, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(Largest(layers.DistinctBy(l => l.Digest), l => l.Size), Limits(cancellationToken), async (layer, ct) =>
        {
            using var progress = BeginLayer(layer.Digest, "reading", layer.Size);
            await _pool.RankAsync(layer, progress, ct);
            _events.Verbose($"Layer {layer.Digest.ShortHex}: read, {Human.Size(layer.Size)}.");
        });

    private async Task<IReadOnlyList<SpooledBlob>> CandidatesAsync(BlobDecision decision, CancellationToken cancellationToken)
    {
        var blobs = new List<SpooledBlob>();
        foreach (var candidate in decision.Candidates)
            blobs.Add(await SpoolAsync(_baselineLayers[Digest.Parse(candidate.Digest)], cancellationToken));
        return blobs;
    }

    private ProgressScope BeginLayer(Digest digest, string status, long? total) => _events.BeginPart($"layer {digest.ShortHex}", status, total);

    private Task<SpooledBlob> SpoolAsync(ILayer layer, CancellationToken cancellationToken) => _pool.SpoolAsync(layer, null, cancellationToken);

    private Task ForEachAsync(IEnumerable<BlobDecision> decisions, Func<BlobDecision, CancellationToken, Task> run, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(Largest(decisions, d => d.Descriptor.Size), Limits(cancellationToken), async (d, ct) => await run(d, ct));

    /// <summary>Largest first, so that the longest work does not begin last.</summary>
    private static IEnumerable<T> Largest<T>(IEnumerable<T> items, Func<T, long> size) => items.OrderByDescending(size);

    private ParallelOptions Limits(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = _options.Workers, CancellationToken = cancellationToken };
}
