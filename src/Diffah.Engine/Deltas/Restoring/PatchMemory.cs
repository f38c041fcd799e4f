using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// Lets patches be applied only while the memory of all that are keeps to a budget. Baselines are mapped files and do
/// not count.
/// </summary>
/// <param name="budget">Bytes; 0 is no limit.</param>
internal sealed class PatchMemory(long budget)
{
    private const long LargestWindow = 1L << 31;
    private const long Buffers = 1 << 20;

    private readonly MemoryGate _gate = new(budget);

    /// <summary>Waits until a patch may be applied.</summary>
    /// <param name="blob">The blob it rebuilds.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of when it is rebuilt.</returns>
    public Task<IDisposable> EnterAsync(StoredBlob blob, CancellationToken cancellationToken) =>
        _gate.EnterAsync(Estimate(blob), cancellationToken);

    /// <summary>Why an image can't be rebuilt within the budget; null where it can.</summary>
    /// <param name="sidecar">The archive's.</param>
    /// <param name="target">The image's manifest.</param>
    public DiffahException? WhyRefused(ArchiveManifest sidecar, ImageManifest target)
    {
        var largest = target.Layers.Select(l => (l.Digest, Blob: sidecar.Blobs.GetValueOrDefault(l.Digest)))
            .Where(l => l.Blob is { Origin: BlobOrigin.Patch }).DefaultIfEmpty().MaxBy(l => l.Blob?.Size);
        if (budget == 0 || largest.Blob is null || Estimate(largest.Blob) <= budget)
            return null;
        return new DiffahException(DiffahErrors.MemoryBudgetExceeded,
            $"Rebuilding layer {largest.Digest} takes an estimated {Mebibytes(Estimate(largest.Blob))} MiB of memory, "
                + $"and the memory budget is {Mebibytes(budget)} MiB.",
            $"Raise the memory budget to {Mebibytes(Estimate(largest.Blob))}MiB, or to 0 for no limit.");
    }

    // A decoder keeps the frame's window, which is never larger than what it decodes.
    private static long Estimate(StoredBlob blob) => Math.Min(blob.Size, LargestWindow) + Buffers;

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
