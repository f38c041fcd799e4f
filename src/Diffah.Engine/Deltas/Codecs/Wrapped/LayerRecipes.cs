using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>Finds the recipes of compressed layers, each once: the smallest of those that there may be.</summary>
/// <param name="workers">How many parts are rebuilt at the same time.</param>
/// <param name="events">Told of bytes.</param>
internal sealed class LayerRecipes(int workers, EventSink events)
{
    // What takes no more of a layer is by an encoder that is known, nearly.
    private const int KnownRatio = 1024;

    private readonly LayerRecipeMaker _maker = new(workers, events);
    private readonly ConcurrentDictionary<(Digest, Digest?), Lazy<Task<FoundRecipe>>> _recipes = new();

    /// <summary>The recipe of a layer, with nothing at hand but its content.</summary>
    /// <param name="layer">The layer, a gzip or zstd stream.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<FoundRecipe> FindAsync(CompressedLayer layer, CancellationToken cancellationToken) =>
        GetAsync(layer, null, () => FindAloneAsync(layer, cancellationToken), cancellationToken);

    /// <summary>The recipe of a layer, with a layer of the baseline at hand where that spares much.</summary>
    /// <param name="layer">The layer, a gzip or zstd stream.</param>
    /// <param name="findReference">Finds the baseline's layer that is most like it, compressed in the same
    /// format.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<FoundRecipe> FindAsync(
        CompressedLayer layer, Func<Task<CompressedLayer?>> findReference, CancellationToken cancellationToken)
    {
        var alone = await FindAsync(layer, cancellationToken);
        if (IsSmallest(alone, layer) || await findReference() is not { } reference)
            return alone;
        var kind = layer.Content.Compression == CompressionKind.Zstd ? WrappingKind.Zstd : WrappingKind.GzipTokens;
        // Where no encoder was found, looking for one again would find none again.
        return FoundRecipe.Smaller(alone, await GetAsync(layer, reference.Blob.Digest,
            () => _maker.MakeAsync(kind, layer, reference, alone.IsEncoderUnknown, cancellationToken),
            cancellationToken));
    }

    private Task<FoundRecipe> GetAsync(
        CompressedLayer layer, Digest? reference, Func<Task<FoundRecipe>> make, CancellationToken cancellationToken) =>
        _recipes.GetOrAdd((layer.Blob.Digest, reference), _ => new Lazy<Task<FoundRecipe>>(
            () => Task.Run(make, cancellationToken))).Value;

    private async Task<FoundRecipe> FindAloneAsync(CompressedLayer layer, CancellationToken cancellationToken)
    {
        if (layer.Content.Compression == CompressionKind.Zstd)
            return await _maker.MakeAsync(WrappingKind.Zstd, layer, null, false, cancellationToken);
        var found = await _maker.MakeAsync(WrappingKind.Gzip, layer, null, false, cancellationToken);
        return IsSmallest(found, layer)
            ? found
            : FoundRecipe.Smaller(
                found, await _maker.MakeAsync(WrappingKind.GzipTokens, layer, null, true, cancellationToken) with
                {
                    Refusal = found.Refusal,
                });
    }

    private static bool IsSmallest(FoundRecipe found, CompressedLayer layer) => found.Bytes is { } bytes
        && (found.IsEncoderKnown || bytes.Length <= Math.Max(Wrapping.MaximumInline, layer.Blob.Size / KnownRatio));
}
