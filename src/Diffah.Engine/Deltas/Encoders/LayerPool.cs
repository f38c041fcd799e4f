using System.Collections.Concurrent;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Planning;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Encoders;

/// <summary>
/// Layers as files and fingerprints: each distinct blob is read from its source, hashed and fingerprinted once, however
/// often it is asked for.
/// </summary>
/// <param name="spool">Keeps the blobs.</param>
internal sealed class LayerPool(BlobSpool spool)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<RankedLayer>>> _ranked = new();

    /// <summary>The layer's blob as a file.</summary>
    public Task<SpooledBlob> SpoolAsync(ILayer layer, Action<long>? progress, CancellationToken cancellationToken) =>
        spool.GetAsync(layer.Digest, layer.Size, layer.OpenBlobAsync, progress, cancellationToken);

    /// <summary>The layer as ranking sees it.</summary>
    public Task<RankedLayer> RankAsync(ILayer layer, ProgressScope? progress, CancellationToken cancellationToken) =>
        _ranked.GetOrAdd(layer.Digest, _ => new Lazy<Task<RankedLayer>>(() => ReadAsync(layer, progress, cancellationToken))).Value;

    private async Task<RankedLayer> ReadAsync(ILayer layer, ProgressScope? progress, CancellationToken cancellationToken)
    {
        var blob = await SpoolAsync(layer, progress is null ? null : progress.Advance, cancellationToken);
        progress?.BeginStage("comparing contents", layer.Size);
        var fingerprint = await LayerFingerprinter.ReadAsync(blob, progress is null ? null : progress.Advance, cancellationToken);
        progress?.EndStage();
        return new RankedLayer(layer.Digest, layer.Size, fingerprint);
    }
}
