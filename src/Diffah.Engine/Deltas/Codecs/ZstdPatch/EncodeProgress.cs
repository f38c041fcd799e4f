using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>What one encode tells: it waits for memory, indexes the baseline blob, and encodes the target.</summary>
/// <param name="scope">The layer's progress.</param>
/// <param name="verb">What the encode is for: <c>patching from</c>, <c>trying</c>.</param>
/// <param name="baseline">The baseline blob.</param>
internal sealed class EncodeProgress(ProgressScope scope, string verb, Digest baseline)
{
    /// <summary>Other encodes take all of the memory budget.</summary>
    public void BeginWaiting() => scope.BeginStage("waiting for memory", null);

    /// <summary>The baseline blob is made searchable before the first byte is encoded.</summary>
    /// <param name="total">Its bytes.</param>
    public void BeginIndexing(long total) => scope.BeginStage($"indexing {baseline.ShortHex}", total);

    /// <summary>
    /// Counts bytes of the baseline blob that are indexed, from its beginning. Of one thread at a time.
    /// </summary>
    public void IndexedTo(long bytes) => scope.AdvanceTo(bytes);

    /// <summary>The baseline blob is indexed.</summary>
    /// <param name="total">Bytes of the target.</param>
    public void BeginEncoding(long total)
    {
        scope.EndStage();
        scope.BeginStage($"{verb} {baseline.ShortHex}", total);
    }

    /// <summary>Counts bytes of the target that are encoded.</summary>
    public void Encoded(long bytes) => scope.Advance(bytes);
}
