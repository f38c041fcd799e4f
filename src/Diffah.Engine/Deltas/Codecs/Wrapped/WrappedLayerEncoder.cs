using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>
/// Stores a layer as its content and how the blob is made of it. The content is patched from the contents of the
/// baseline, and does not travel at all where the baseline has it, however it is compressed there.
/// </summary>
internal sealed class WrappedLayerEncoder : ILayerEncoder
{
    private readonly EncodingBudget _budget;
    private readonly EventSink _events;
    private readonly ContentMaps _maps;
    private readonly ContentPatches _patches;
    private readonly LayerRecipes _recipes;
    private readonly ConcurrentDictionary<Digest, LayerFallback> _refused = new();

    /// <param name="codec">Patches contents.</param>
    /// <param name="budget">What may be used.</param>
    /// <param name="events">Told of layers that can't be stored so, and why.</param>
    public WrappedLayerEncoder(IContentCodec codec, EncodingBudget budget, EventSink events)
    {
        (_budget, _events) = (budget, events);
        _maps = new ContentMaps(budget.Options.Workers);
        _patches = new ContentPatches(codec, budget, _maps);
        _recipes = new LayerRecipes(Math.Min(budget.Options.Workers, System.Environment.ProcessorCount), events);
    }

    public void CheckMemory(IEnumerable<Layer> targets, long largestBaseline)
    {
        if (_budget.Options.MemoryBudget is not 0 and var memory && memory < ContentPatches.LeastMemory)
            throw new DiffahException(DiffahErrors.MemoryBudgetExceeded,
                $"Comparing the files of layers takes an estimated {ContentPatches.LeastMemory >> 20} MiB of memory, "
                    + $"and the memory budget is {memory >> 20} MiB.",
                $"Raise the memory budget to {ContentPatches.LeastMemory >> 20}MiB, or to 0 for no limit; "
                    + "or switch intra-layer patching off.");
    }

    public async Task ReadAsync(
        Layer layer, LayerStore store, ProgressScope progress, CancellationToken cancellationToken)
    {
        await store.BlobAsync(layer, progress.Advance, cancellationToken);
        if (await store.FindContentAsync(layer, cancellationToken) is not { } content)
            return;
        progress.BeginStage("reading files", content.Size);
        await _maps.GetAsync(content, progress.Advance, cancellationToken);
        progress.EndStage();
    }

    /// <summary>None: contents are not tried one by one.</summary>
    public Task<ImmutableArray<LayerCandidate>> RankAsync(
        Layer target, BaselineView baseline, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<LayerCandidate>.Empty);

    public async Task<LayerEstimate> EstimateAsync(
        Layer target, BaselineView baseline, ProgressScope progress, CancellationToken cancellationToken) =>
        await EncodeAsync(target, baseline, target.Size, progress, cancellationToken) is { } encoded
            ? new LayerEstimate(Math.Min(encoded.Size, target.Size), encoded.Content)
            {
                IsByContent = encoded.Size < target.Size,
            }
            : new LayerEstimate(target.Size);

    public LayerFallback? WhyNot(Layer target) => _refused.GetValueOrDefault(target.Digest);

    public async Task<EncodedBlob?> EncodeAsync(
        Layer target, BaselineView baseline, long limit, ProgressScope progress, CancellationToken cancellationToken)
    {
        var patched = PatchAsync(target, baseline, progress, cancellationToken);
        try
        {
            // Neither needs the other, so that together they keep all workers busy.
            return await WrapAsync(target, baseline.Store, baseline, cancellationToken) is { } wrapped
                ? Describe(target, wrapped.Form) with { Content = await patched }
                : null;
        }
        finally
        {
            // What it reads is disposed of next.
            await ((Task)patched).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// The patch of a content; null where the baseline has it, or the layer is known not to be made of its content.
    /// Several blobs may share the content, so a large patch may pay all the same: whoever asks compares.
    /// </summary>
    private async Task<EncodedContent?> PatchAsync(
        Layer target, BaselineView baseline, ProgressScope progress, CancellationToken cancellationToken)
    {
        if (await baseline.Store.FindContentAsync(target, cancellationToken)
            is not { Compression: CompressionKind.None or CompressionKind.Gzip or CompressionKind.Zstd } content)
            return null;
        var made = await MadeAsync(content, baseline, baseline.Contents, null, cancellationToken);
        if (made.Sources.Any(s => s.DiffId == content.DiffId))
            return null;
        var ways = new List<MadeContent>();
        foreach (var way in baseline.Ways)
            ways.Add(await MadeAsync(content, baseline, way, way, cancellationToken));
        return await _patches.MakeAsync(made, ways, progress, cancellationToken);
    }

    /// <summary>
    /// A content that is made of others, with what is made beside it: of the same, where that is said.
    /// </summary>
    private static async Task<MadeContent> MadeAsync(
        LayerContent content, BaselineView baseline, ImmutableArray<Layer> sources, ImmutableArray<Layer>? beside,
        CancellationToken cancellationToken) =>
        new(content, await SourcesAsync(sources, baseline.Store, cancellationToken))
        {
            Companions = () => CompanionsAsync(baseline, beside, cancellationToken),
        };

    private static async Task<List<MadeContent>> CompanionsAsync(
        BaselineView baseline, ImmutableArray<Layer>? sources, CancellationToken cancellationToken)
    {
        var companions = new List<MadeContent>();
        foreach (var companion in baseline.Companions)
        {
            if (await baseline.Store.FindContentAsync(companion.Layer, cancellationToken) is { } other)
                companions.Add(new MadeContent(other, await SourcesAsync(
                    sources ?? companion.Contents, baseline.Store, cancellationToken)));
        }
        return companions;
    }

    private static async Task<List<LayerContent>> SourcesAsync(
        IEnumerable<Layer> layers, LayerStore store, CancellationToken cancellationToken)
    {
        var sources = new List<LayerContent>();
        foreach (var layer in layers)
        {
            if (await store.FindContentAsync(layer, cancellationToken) is { } source)
                sources.Add(source);
        }
        return sources;
    }

    public async Task<EncodedReuse?> DescribeAsync(
        Layer layer, LayerStore store, CancellationToken cancellationToken)
    {
        if (await WrapAsync(layer, store, null, cancellationToken) is not { } wrapped)
            return null;
        var (_, form) = wrapped;
        return new EncodedReuse(new ReusedLayer(layer.Size, form.Form), form.Open);
    }

    public void Dispose() => _maps.Dispose();

    private static EncodedBlob Describe(Layer target, StoredForm form) => new(
        new StoredBlob(target.Size, target.MediaType, form.Form.Wrapping.StoredRecipe) { Form = form.Form }, form.Open);

    private async Task<(LayerContent Content, StoredForm Form)?> WrapAsync(
        Layer layer, LayerStore store, BaselineView? baseline, CancellationToken cancellationToken)
    {
        if (await store.FindContentAsync(layer, cancellationToken) is not { } content)
            return Refuse(layer, LayerFallback.NotDecompressed, "it can't be decompressed");
        switch (content.Compression)
        {
            case CompressionKind.None:
                return (content, new StoredForm(new LayerForm(content.DiffId, Wrapping.Plain), null));
            case CompressionKind.Gzip or CompressionKind.Zstd:
                var compressed = new CompressedLayer(await store.BlobAsync(layer, null, cancellationToken), content);
                var recipe = baseline is null
                    ? await _recipes.FindAsync(compressed, cancellationToken)
                    : await _recipes.FindAsync(
                        compressed, () => RecipeReferences.FindAsync(layer, content, baseline, cancellationToken),
                        cancellationToken);
                return recipe.Bytes is { } bytes
                    ? (content, StoredForm.Of(content.DiffId, recipe, bytes))
                    : Refuse(layer, LayerFallback.NoRecipe, recipe.Refusal);
            default:
                return Refuse(layer, LayerFallback.NoRecipe,
                    $"nobody can compress it with {CompressionTraits.Of(content.Compression)!.Name} as it was");
        }
    }

    private (LayerContent, StoredForm)? Refuse(Layer layer, string reason, string why)
    {
        _refused[layer.Digest] = new LayerFallback(reason, ShortText.Cut(why, LayerFallback.MaximumDetail));
        _events.Verbose($"Layer {layer.Digest.ShortHex}: not taken apart: {why}.");
        return null;
    }

    /// <summary>How a blob is made, and the recipe where it is an entry of the archive.</summary>
    private sealed record StoredForm(LayerForm Form, byte[]? Recipe)
    {
        public MemoryStream Open() => new MemoryStream(Recipe ?? [], writable: false);

        public static StoredForm Of(Digest content, FoundRecipe recipe, byte[] bytes)
        {
            var isInline = bytes.Length <= Wrapping.MaximumInline;
            var wrapping = new Wrapping(recipe.Kind, isInline ? bytes : default(ReadOnlyMemory<byte>),
                isInline ? 0 : bytes.Length)
            { Reference = recipe.Reference };
            return new StoredForm(new LayerForm(content, wrapping), isInline ? null : bytes);
        }
    }
}
