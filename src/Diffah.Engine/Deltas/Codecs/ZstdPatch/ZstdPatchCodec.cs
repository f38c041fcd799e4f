using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>
/// <c>zstd-patch</c>: a layer as stored is a patch of the baseline layer, as stored, that gives the smallest one.
/// </summary>
internal sealed class ZstdPatchCodec : ILayerCodec
{
    // The window that readers allow: 2^31 bytes.
    private const ulong MaximumWindow = 1UL << 31;

    /// <inheritdoc/>
    public string Name => ZstdPatchFrame.Instance.Name;

    /// <inheritdoc/>
    public int StartLength => ZstdFrameHeader.MaximumLength;

    /// <inheritdoc/>
    public ILayerEncoder CreateEncoder(EncodingBudget budget) => new Encoder(budget);

    /// <inheritdoc/>
    public Stream Open(Stream stored, IReadOnlyList<MappedFile> needs) =>
        ZstdPatchFrame.Instance.Decode(stored, needs[0]);

    /// <inheritdoc/>
    public string? WhyWrong(StoredBlob blob, ReadOnlySpan<byte> stored)
    {
        if (ZstdFrameHeader.Read(stored) is not { } header)
            return "it does not begin as a zstd frame does";
        if (header.ContentSize is { } size && size != (ulong)blob.Size)
            return $"it gives {size} bytes, not the blob's {blob.Size}";
        return header.WindowSize > MaximumWindow
            ? $"it needs a window of {header.WindowSize} bytes, more than the format allows"
            : null;
    }

    /// <inheritdoc/>
    public ulong? WindowOf(ReadOnlySpan<byte> stored) => ZstdFrameHeader.Read(stored)?.WindowSize;

    private sealed class Encoder : ILayerEncoder
    {
        private readonly EncodingOptions _options;
        private readonly PatchTrial _trial;
        private readonly PatchSearch _search;

        public Encoder(EncodingBudget budget)
        {
            _options = budget.Options;
            _trial = new PatchTrial(ZstdPatchFrame.Instance, budget.Work, budget.Memory);
            _search = new PatchSearch(_trial, new PatchSettings(_options.ZstdLevel, _options.ZstdWindowLog));
        }

        public void CheckMemory(IEnumerable<Layer> targets, long largestBaseline) =>
            MemoryPolicy.Check(targets, largestBaseline, _options);

        public Task ReadAsync(
            Layer layer, LayerStore store, ProgressScope progress, CancellationToken cancellationToken) =>
            store.MapAsync(layer, progress, cancellationToken);

        public void Dispose()
        {
        }

        public async Task<ImmutableArray<LayerCandidate>> RankAsync(
            Layer target, BaselineView baseline, CancellationToken cancellationToken)
        {
            var ranked = await MapAsync(target, baseline.Store, cancellationToken);
            var bases = new List<RankedLayer>();
            foreach (var layer in baseline.Layers)
                bases.Add(await MapAsync(layer, baseline.Store, cancellationToken));
            return CandidateRanking.Rank(ranked, bases, _options.Candidates);
        }

        public async Task<LayerEstimate> EstimateAsync(
            Layer target, BaselineView baseline, ProgressScope progress, CancellationToken cancellationToken)
        {
            var blob = await baseline.Store.BlobAsync(target, null, cancellationToken);
            var candidates = await CandidatesAsync(target, baseline, cancellationToken);
            return new LayerEstimate(candidates.Count == 0
                ? target.Size
                : await _search.EstimateAsync(blob, candidates, progress, cancellationToken));
        }

        public async Task<EncodedBlob?> EncodeAsync(
            Layer target, BaselineView baseline, long limit, ProgressScope progress,
            CancellationToken cancellationToken)
        {
            var blob = await baseline.Store.BlobAsync(target, null, cancellationToken);
            var candidates = await CandidatesAsync(target, baseline, cancellationToken);
            if (await _search.FindAsync(blob, candidates, limit, progress, cancellationToken) is not { } patch)
                return null;
            var entry = new StoredBlob(blob.Size, target.MediaType, patch.Size, _trial.CodecName, patch.From);
            return new EncodedBlob(entry, () => File.OpenRead(patch.Path));
        }

        private async Task<List<SpooledBlob>> CandidatesAsync(
            Layer target, BaselineView baseline, CancellationToken cancellationToken)
        {
            var blobs = new List<SpooledBlob>();
            foreach (var candidate in await RankAsync(target, baseline, cancellationToken))
            {
                var layer = baseline.FindBlob(candidate.Digest)!;
                blobs.Add(await baseline.Store.BlobAsync(layer, null, cancellationToken));
            }
            return blobs;
        }

        private static async Task<RankedLayer> MapAsync(
            Layer layer, LayerStore store, CancellationToken cancellationToken) =>
            new(layer.Digest, layer.Size, await store.MapAsync(layer, null, cancellationToken));
    }
}
