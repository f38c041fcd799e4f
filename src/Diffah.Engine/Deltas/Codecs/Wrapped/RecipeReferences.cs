using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>
/// Finds the baseline's layer whose compressed stream tells most of how another was compressed: of those that are
/// compressed in the same format the one that shares most with it, by the files in both. Where none shares a file, such
/// as those of one large program, the one of the nearest size is tried.
/// </summary>
internal static class RecipeReferences
{
    // Beyond that another size speaks against another release of the same layer.
    private const int NearSize = 2;

    /// <summary>The layer; null where none shares a file or is nearly as large.</summary>
    /// <param name="target">The layer that is compressed.</param>
    /// <param name="content">Its content.</param>
    /// <param name="baseline">The layers of which all have the blobs who restore.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<CompressedLayer?> FindAsync(
        Layer target, LayerContent content, BaselineView baseline, CancellationToken cancellationToken)
    {
        var store = baseline.Store;
        var layers = new List<RankedLayer>();
        foreach (var layer in baseline.Layers)
        {
            if (await store.FindContentAsync(layer, cancellationToken) is { } other
                && other.Compression == content.Compression)
                layers.Add(new RankedLayer(
                    layer.Digest, layer.Size, await store.MapAsync(layer, null, cancellationToken)));
        }
        var ranked = CandidateRanking.Rank(
            new RankedLayer(target.Digest, target.Size, await store.MapAsync(target, null, cancellationToken)), layers,
            count: 1);
        return ranked is [var best] && (best.SharedBytes > 0 || IsNear(best.Size, target.Size))
            ? await OpenAsync(baseline.FindBlob(best.Digest)!, store, cancellationToken)
            : null;
    }

    private static bool IsNear(long one, long other) =>
        Math.Min(one, other) >= Math.Max(one, other) / NearSize;

    private static async Task<CompressedLayer> OpenAsync(
        Layer layer, LayerStore store, CancellationToken cancellationToken) => new(
            await store.BlobAsync(layer, null, cancellationToken), await store.ContentAsync(layer, cancellationToken));
}
