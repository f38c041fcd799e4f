using System.Collections.Immutable;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>A layer as ranking sees it.</summary>
/// <param name="Digest">Digest of the blob.</param>
/// <param name="Size">Size of the blob as stored, in bytes.</param>
/// <param name="Fingerprint">Its files; null where the blob is no tar.</param>
internal sealed record RankedLayer(Digest Digest, long Size, LayerMap? Fingerprint);

/// <summary>
/// Orders baseline layers by how much they promise as the base of a patch (docs/format.md, Candidates).
/// </summary>
internal static class CandidateRanking
{
    /// <summary>
    /// The best candidates, best first: by bytes of common file contents, then by closest size, then by digest. Where
    /// nothing is known to be common, closest size decides alone.
    /// </summary>
    public static ImmutableArray<LayerCandidate> Rank(
        RankedLayer target, IEnumerable<RankedLayer> baseline, int count) =>
    [
        .. baseline
            .Select(b => (Layer: b, Shared: Shared(target, b)))
            .OrderByDescending(c => c.Shared)
            .ThenBy(c => Math.Abs(c.Layer.Size - target.Size))
            .ThenBy(c => c.Layer.Digest)
            .Take(count)
            .Select(c => new LayerCandidate(c.Layer.Digest, c.Layer.Size, c.Shared)),
    ];

    private static long Shared(RankedLayer target, RankedLayer baseline) =>
        target.Fingerprint is { } t && baseline.Fingerprint is { } b ? t.SharedBytes(b) : 0;
}
