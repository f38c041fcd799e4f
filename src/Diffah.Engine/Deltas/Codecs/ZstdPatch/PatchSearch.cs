using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>
/// Finds the smallest patch for a blob among several baseline blobs. Where the level is slow, a quick trial of each
/// comes first, and only those near the best trial are encoded at the level asked for; an encode ends as soon as it
/// can't win any more. Everything is decided by sizes, never by timing, so the result does not depend on what else
/// runs.
/// </summary>
/// <param name="trial">Runs the encodes.</param>
/// <param name="settings">The level asked for.</param>
internal sealed class PatchSearch(PatchTrial trial, PatchSettings settings)
{
    private const int QuickLevel = 3;

    /// <summary>Finds the smallest patch.</summary>
    /// <param name="target">The blob.</param>
    /// <param name="candidates">Baseline blobs, most promising first.</param>
    /// <param name="limit">Bytes that another way takes, at most the blob's own.</param>
    /// <param name="progress">Told of stages and bytes.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The patch; null where none is smaller than the limit.</returns>
    public async Task<SpooledPatch?> FindAsync(
        SpooledBlob target, IReadOnlyList<SpooledBlob> candidates, long limit, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        SpooledPatch? best = null;
        foreach (var candidate in await SelectAsync(target, candidates, limit, progress, cancellationToken))
        {
            var telling = new EncodeProgress(progress, "patching from", candidate.Digest);
            var patch = await trial.EncodeAsync(
                target, candidate, best?.Size ?? limit, settings, telling, cancellationToken);
            if (patch is null)
                continue;
            if (best is not null)
                File.Delete(best.Path);
            best = patch;
        }
        if (best is not null)
        {
            progress.BeginStage("verifying", target.Size);
            await trial.VerifyAsync(
                best, target, candidates.First(c => c.Digest == best.From), progress.Advance, cancellationToken);
        }
        return best;
    }

    /// <summary>The size the best quick trial has; the blob's own where none is smaller.</summary>
    public async Task<long> EstimateAsync(
        SpooledBlob target, IReadOnlyList<SpooledBlob> candidates, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var trials = await TryQuicklyAsync(target, candidates, target.Size, progress, cancellationToken);
        return trials.Min(t => t.Size);
    }

    /// <summary>The candidates worth encoding at the level asked for, most promising first.</summary>
    private async Task<IReadOnlyList<SpooledBlob>> SelectAsync(
        SpooledBlob target, IReadOnlyList<SpooledBlob> candidates, long limit, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var isLimited = limit < target.Size;
        if ((candidates.Count <= 1 && !isLimited) || settings.Level <= QuickLevel)
            return candidates;
        // Where another way found less already, a slower level does not catch up with twice as much.
        var most = Math.Min(target.Size, 2 * limit);
        var trials = await TryQuicklyAsync(target, candidates, most, progress, cancellationToken);
        if (isLimited)
            trials.RemoveAll(t => t.Size >= most);
        // Stable: of equal trials the better ranked comes first, which also makes it win a tie of patches.
        var ordered = trials.OrderBy(t => t.Size).ToArray();
        return [.. ordered
            .Where((t, i) => (i == 0 && !isLimited) || MayWin(t.Size, ordered[0].Size, target.Size))
            .Select(t => t.Blob)];
    }

    private async Task<List<(SpooledBlob Blob, long Size)>> TryQuicklyAsync(
        SpooledBlob target, IReadOnlyList<SpooledBlob> candidates, long most, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        var quick = settings with { Level = Math.Min(QuickLevel, settings.Level) };
        var trials = new List<(SpooledBlob, long)>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var telling = new EncodeProgress(progress, "trying", candidate.Digest);
            var size = await trial.MeasureAsync(target, candidate, most, quick, telling, cancellationToken);
            trials.Add((candidate, size ?? most));
        }
        return trials;
    }

    /// <summary>
    /// A slower level shrinks what different candidates leave by similar factors, so one that is a third worse in the
    /// quick trial does not catch up; and one that saves less than a fiftieth found nothing that a slower level would
    /// find more of.
    /// </summary>
    private static bool MayWin(long quick, long bestQuick, long targetSize) =>
        quick < bestQuick + bestQuick / 3 && quick < targetSize - targetSize / 50;
}
