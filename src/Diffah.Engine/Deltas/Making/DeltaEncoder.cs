using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>
/// Turns images into decisions, and decisions into blobs ready for an archive. Each codec is asked, and the smallest
/// result travels. Concurrency changes when work runs, never its result.
/// </summary>
internal sealed class DeltaEncoder : IDisposable
{
    // What takes no more of a layer than this is small enough: other codecs are not asked.
    private const int EnoughRatio = 16;

    // Most receivers have a layer that is reused as it is stored: for those who have only its content, no more than
    // this part of its size travels.
    public const int ReuseRatio = 1024;

    private readonly IReadOnlyList<DeltaInput> _inputs;
    private readonly EncodingOptions _options;
    private readonly EventSink _events;
    private readonly LayerStore _store;
    private readonly ImmutableArray<ILayerEncoder> _encoders;
    private readonly BaselineViews _baselines;
    private readonly IReadOnlyDictionary<Digest, WholeBlob> _wholes;
    private ImmutableSortedDictionary<Digest, EncodedBlob> _kept =
        ImmutableSortedDictionary<Digest, EncodedBlob>.Empty;

    /// <param name="inputs">The images.</param>
    /// <param name="options">The knobs, validated.</param>
    /// <param name="work">Where blobs and patches are spooled.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="wholes">What travels whole beside the images; null for nothing.</param>
    public DeltaEncoder(
        IReadOnlyList<DeltaInput> inputs, EncodingOptions options, WorkDirectory work, EventSink events,
        IEnumerable<WholeBlob>? wholes = null)
    {
        _wholes = (wholes ?? []).DistinctBy(w => w.Descriptor.Digest).ToDictionary(w => w.Descriptor.Digest);
        (_inputs, _options, _events) = ([.. inputs.SelectMany(i => i.Views())], options, events.For("deltas"));
        _store = new LayerStore(work, options.Decompression);
        var budget = new EncodingBudget(options, work, new MemoryGate(options.MemoryBudget));
        _encoders = options.IntraLayer == IntraLayerMode.Off ? [] : LayerCodecs.EncodersOf(budget, _events);
        _baselines = new BaselineViews(_inputs, _store);
    }

    /// <summary>Decides on every blob, and reads the layers that matter where something is to be patched.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="ready">Blobs that are encoded already: those that are to travel do so as they are, and nothing is
    /// decided on them. Null is none.</param>
    public async Task<ImmutableSortedDictionary<Digest, BlobDecision>> DecideAsync(
        CancellationToken cancellationToken, ImmutableSortedDictionary<Digest, EncodedBlob>? ready = null)
    {
        var decisions = WithWholes(DeltaPlanner.Decide(_inputs, _options));
        if (ready is not null)
        {
            _kept = ready.RemoveRange(ready.Keys.Where(
                b => decisions.GetValueOrDefault(b) is null or { Origin: BlobOrigin.Reuse }));
            decisions = decisions.RemoveRange(_kept.Keys);
        }
        var patched = decisions.Values.Where(d => d.Origin == BlobOrigin.Patch).Select(d => d.Layer!).ToArray();
        if (patched.Length == 0)
            return decisions;
        var largest = _inputs.SelectMany(i => i.Baseline.Layers).Select(l => l.Size).DefaultIfEmpty().Max();
        foreach (var encoder in _encoders)
            encoder.CheckMemory(patched, largest);
        if (_options.FormatVersion == 1)
        {
            await ReadAsync([.. patched, .. _baselines.SourcesOf(patched)], cancellationToken);
            return decisions;
        }
        await ReadAsync([.. patched, .. _baselines.LayersOf(patched)], cancellationToken);
        await _baselines.FindContentsAsync(patched, cancellationToken);
        return decisions;
    }

    /// <summary>Finds the baseline layers that are worth a try, for people.</summary>
    /// <param name="decisions">What <see cref="DecideAsync"/> gave.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ImmutableSortedDictionary<Digest, BlobDecision>> RankAsync(
        ImmutableSortedDictionary<Digest, BlobDecision> decisions, CancellationToken cancellationToken)
    {
        foreach (var decision in decisions.Values.Where(d => d.Origin == BlobOrigin.Patch))
        {
            var candidates = await RankAsync(decision.Layer!, cancellationToken);
            decisions = decisions.SetItem(decision.Digest, decision with { Candidates = candidates });
        }
        return decisions;
    }

    /// <summary>What each patch will take at the most, by a quick trial.</summary>
    public async Task<IReadOnlyDictionary<Digest, LayerEstimate>> EstimateAsync(
        IEnumerable<BlobDecision> decisions, CancellationToken cancellationToken)
    {
        var estimates = new ConcurrentDictionary<Digest, LayerEstimate>();
        await ForEachAsync(decisions.Where(d => d.Origin == BlobOrigin.Patch), async (decision, ct) =>
        {
            using var progress = BeginLayer(decision.Digest, "estimating", null);
            var least = new LayerEstimate(decision.Descriptor.Size);
            foreach (var encoder in _encoders.Where(_ => least.Bytes * EnoughRatio >= decision.Descriptor.Size))
            {
                var estimate = await encoder.EstimateAsync(
                    decision.Layer!, _baselines[decision.Digest], progress, ct);
                // Whatever is smallest now, the content may be what is chosen.
                least = (estimate.Bytes < least.Bytes ? estimate : least) with
                {
                    Content = estimate.Content ?? least.Content,
                };
            }
            // A content is chosen where it takes a little more.
            var bytes = least is { IsByContent: false, Content: not null }
                ? Math.Min(decision.Descriptor.Size, least.Bytes + least.Bytes / SmallestBlobs.Slack)
                : least.Bytes;
            estimates[decision.Digest] = least with { Bytes = bytes, Fallback = WhyNot(decision) };
        }, cancellationToken);
        return estimates;
    }

    /// <summary>Makes everything that travels ready for the archive.</summary>
    public async Task<EncodedDelta> EncodeAsync(
        IReadOnlyCollection<BlobDecision> decisions, CancellationToken cancellationToken)
    {
        var encoded = new ConcurrentDictionary<Digest, ImmutableArray<EncodedBlob>>();
        await ForEachAsync(decisions.Where(d => d.Origin != BlobOrigin.Reuse),
            async (decision, ct) => encoded[decision.Digest] = await EncodeAsync(decision, ct), cancellationToken);
        var delta = new EncodedDelta(SmallestBlobs.Choose(encoded).AddRange(_kept));
        if (_options.FormatVersion == 1)
            return delta;
        delta = new EncodedDelta(Explain(decisions, delta.Blobs));
        return delta with
        {
            Reused = await DescribeReusedAsync(decisions, cancellationToken),
            Reads = await new BaselineReads(_inputs, _store).FindAsync(delta, cancellationToken),
            Account = delta.Contents.IsEmpty
                ? default(ReadOnlyMemory<byte>)
                : AccountWriter.Write(delta.Contents.Select(c => KeyValuePair.Create(c.Key, c.Value.Account))),
        };
    }

    /// <summary>
    /// What is stored whole serves an image that has the same blob too. What an image has whole anyway stays what it is
    /// in its image.
    /// </summary>
    private ImmutableSortedDictionary<Digest, BlobDecision> WithWholes(
        ImmutableSortedDictionary<Digest, BlobDecision> decisions) => decisions.SetItems(
            _wholes.Where(w => decisions.GetValueOrDefault(w.Key) is not { Origin: BlobOrigin.Full })
                .Select(w => KeyValuePair.Create(w.Key, decisions.TryGetValue(w.Key, out var layer)
                    ? layer with { Origin = BlobOrigin.Full, Reason = w.Value.Reason }
                    : w.Value.Decision)));

    /// <summary>Says of layers that do not travel as their contents why not.</summary>
    private ImmutableSortedDictionary<Digest, EncodedBlob> Explain(
        IReadOnlyCollection<BlobDecision> decisions, ImmutableSortedDictionary<Digest, EncodedBlob> blobs)
    {
        foreach (var decision in decisions.Where(d => d.Kind == BlobKind.Layer && d.Origin != BlobOrigin.Reuse))
        {
            if (blobs[decision.Digest] is { Entry: { Form: null } entry } blob)
                blobs = blobs.SetItem(decision.Digest, blob with
                {
                    Entry = entry with { Fallback = WhyNot(decision) ?? Smaller },
                });
        }
        return blobs;
    }

    private static LayerFallback Smaller { get; } = new(LayerFallback.Smaller, "it takes less in this way");

    private LayerFallback? WhyNot(BlobDecision decision) => decision.Origin == BlobOrigin.Full
        ? new LayerFallback(
            _options.IntraLayer == IntraLayerMode.Off ? LayerFallback.PatchingOff : LayerFallback.NoBaseline,
            decision.Reason)
        : _encoders.Select(e => e.WhyNot(decision.Layer!)).FirstOrDefault(w => w is not null);

    public void Dispose()
    {
        foreach (var encoder in _encoders)
            encoder.Dispose();
    }

    /// <summary>The ways in which a blob may travel; the last is as it is.</summary>
    private async Task<ImmutableArray<EncodedBlob>> EncodeAsync(
        BlobDecision decision, CancellationToken cancellationToken)
    {
        if (decision.Layer is not { } layer)
            return [Small(decision)];
        if (decision.Origin != BlobOrigin.Patch)
            return [Whole(decision, (await ReadWholeAsync(layer, cancellationToken)).OpenRead)];
        var ways = await EncodeLayerAsync(layer, cancellationToken);
        return [.. ways, Whole(decision, (await _store.BlobAsync(layer, null, cancellationToken)).OpenRead)];
    }

    private async Task<SpooledBlob> ReadWholeAsync(Layer layer, CancellationToken cancellationToken)
    {
        using var progress = BeginLayer(layer.Digest, "reading", layer.Size);
        var blob = await _store.BlobAsync(layer, progress.Advance, cancellationToken);
        progress.EndStage();
        return blob;
    }

    private async Task<List<EncodedBlob>> EncodeLayerAsync(Layer layer, CancellationToken cancellationToken)
    {
        // What is patched was read before.
        using var progress = BeginLayer(layer.Digest, "preparing", null);
        var ways = new List<EncodedBlob>();
        var least = layer.Size;
        foreach (var encoder in _encoders)
        {
            if (least * EnoughRatio < layer.Size)
                break;
            if (await encoder.EncodeAsync(layer, _baselines[layer.Digest], least, progress, cancellationToken)
                is not { } encoded)
                continue;
            ways.Add(encoded);
            least = Math.Min(least, encoded.Size);
        }
        return ways;
    }

    /// <summary>
    /// How layers that do not travel are made, for a baseline that has them in another form. It takes reading them, so
    /// it is done where the baseline is read anyway.
    /// </summary>
    private async Task<ImmutableSortedDictionary<Digest, EncodedReuse>> DescribeReusedAsync(
        IReadOnlyCollection<BlobDecision> decisions, CancellationToken cancellationToken)
    {
        var reused = new ConcurrentDictionary<Digest, EncodedReuse>();
        if (decisions.All(d => d.Origin != BlobOrigin.Patch))
            return ImmutableSortedDictionary<Digest, EncodedReuse>.Empty;
        var read = _baselines.LayersOf(decisions.Where(d => d.Origin == BlobOrigin.Patch).Select(d => d.Layer!))
            .ToDictionary(l => l.Digest);
        await ForEachAsync(
            decisions.Where(d => d.Origin == BlobOrigin.Reuse && read.ContainsKey(d.Digest)), async (decision, ct) =>
            {
                using var progress = BeginLayer(decision.Digest, "finding its encoder", null);
                foreach (var encoder in _encoders)
                {
                    if (await encoder.DescribeAsync(read[decision.Digest], _store, ct) is { } described
                        && described.Layer.Form.Wrapping.StoredRecipe <= decision.Descriptor.Size / ReuseRatio)
                        reused[decision.Digest] = described;
                }
            }, cancellationToken);
        return reused.ToImmutableSortedDictionary();
    }

    private async Task<ImmutableArray<LayerCandidate>> RankAsync(Layer layer, CancellationToken cancellationToken)
    {
        var candidates = ImmutableArray.CreateBuilder<LayerCandidate>();
        foreach (var encoder in _encoders)
            candidates.AddRange(await encoder.RankAsync(layer, _baselines[layer.Digest], cancellationToken));
        return [.. candidates.DistinctBy(c => c.Digest)];
    }

    /// <summary>Manifests and the configurations of images are at hand.</summary>
    private EncodedBlob Small(BlobDecision decision)
    {
        if (_wholes.GetValueOrDefault(decision.Digest) is { Bytes: { } whole })
            return Whole(decision, () => new MemoryStream(whole.ToArray(), writable: false));
        var target = _inputs.Select(i => i.Target)
            .First(t => t.Manifest.Digest == decision.Digest || t.Manifest.Config.Digest == decision.Digest);
        var bytes = decision.Kind == BlobKind.Manifest ? target.Manifest.Raw.Bytes : target.ConfigBytes!.Value;
        return Whole(decision, () => new MemoryStream(bytes.ToArray(), writable: false));
    }

    private static EncodedBlob Whole(BlobDecision decision, Func<Stream> open) =>
        new(new StoredBlob(decision.Descriptor.Size, decision.Descriptor.MediaType, decision.Descriptor.Size), open);

    private Task ReadAsync(IEnumerable<Layer> layers, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Largest(layers.DistinctBy(l => l.Digest), l => l.Size), Limits(cancellationToken), async (layer, ct) =>
            {
                using var progress = BeginLayer(layer.Digest, "reading", layer.Size);
                // The others read what they need when they are asked.
                await _encoders[0].ReadAsync(layer, _store, progress, ct);
                _events.Verbose($"Layer {layer.Digest.ShortHex}: read, {Human.Size(layer.Size)}.");
            });

    private ProgressScope BeginLayer(Digest digest, string status, long? total) =>
        _events.BeginPart($"layer {digest.ShortHex}", status, total);

    private Task ForEachAsync(
        IEnumerable<BlobDecision> decisions, Func<BlobDecision, CancellationToken, Task> run,
        CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Largest(decisions, d => d.Descriptor.Size), Limits(cancellationToken), async (d, ct) => await run(d, ct));

    /// <summary>Largest first, so that the longest work does not begin last.</summary>
    private static IEnumerable<T> Largest<T>(IEnumerable<T> items, Func<T, long> size) => items.OrderByDescending(size);

    private ParallelOptions Limits(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = _options.Workers, CancellationToken = cancellationToken };
}
