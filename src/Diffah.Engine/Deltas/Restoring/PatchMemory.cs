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
    private const long LargestContent = 128L << 20;
    private const long Buffers = 1 << 20;

    private readonly MemoryGate _gate = new(budget);

    /// <summary>Waits until a patch may be applied.</summary>
    /// <param name="blob">The blob it rebuilds.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of when it is rebuilt.</returns>
    public Task<IDisposable> EnterAsync(StoredBlob blob, CancellationToken cancellationToken) =>
        _gate.EnterAsync(Estimate(blob), cancellationToken);

    /// <summary>Waits until a content may be made.</summary>
    /// <param name="patch">What makes it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of when it is made.</returns>
    public Task<IDisposable> EnterAsync(ContentPatch patch, CancellationToken cancellationToken) =>
        _gate.EnterAsync(Estimate(patch), cancellationToken);

    /// <summary>Why an image can't be rebuilt within the budget; null where it can.</summary>
    /// <param name="sidecar">The archive's.</param>
    /// <param name="target">The image's manifest.</param>
    public DiffahException? WhyRefused(ArchiveManifest sidecar, ImageManifest target)
    {
        var largest = target.Layers.Select(l => (l.Digest, Bytes: Estimate(l.Digest, sidecar)))
            .Concat(sidecar.IsChained ? EstimateAll(sidecar) : []).DefaultIfEmpty().MaxBy(l => l.Bytes);
        return WhyRefused($"layer {largest.Digest}", largest.Bytes);
    }

    /// <summary>Why an image can't be rebuilt through a chain within the budget; null where it can.</summary>
    /// <param name="walk">The walk through what it takes.</param>
    /// <param name="target">The image's manifest.</param>
    public DiffahException? WhyRefused(DeltaWalk walk, ImageManifest target)
    {
        var largest = new LargestPatch();
        walk.Visit(target, largest);
        return WhyRefused(largest.What, largest.Bytes);
    }

    private DiffahException? WhyRefused(string what, long bytes) => budget == 0 || bytes <= budget
        ? null
        : new DiffahException(DiffahErrors.MemoryBudgetExceeded,
            $"Rebuilding {what} takes an estimated {Mebibytes(bytes)} MiB of memory, "
                + $"and the memory budget is {Mebibytes(budget)} MiB.",
            $"Raise the memory budget to {Mebibytes(bytes)}MiB, or to 0 for no limit.");

    // What layers are made of is made here as well.
    private static IEnumerable<(Digest Digest, long Bytes)> EstimateAll(ArchiveManifest sidecar) =>
    [
        .. sidecar.Blobs.Keys.Select(b => (b, Estimate(b, sidecar))),
        .. sidecar.Contents.Select(c => (c.Key, Estimate(c.Value))),
    ];

    private static long Estimate(Digest layer, ArchiveManifest sidecar) => sidecar.Blobs.GetValueOrDefault(layer) switch
    {
        { Form: { } form } => sidecar.Contents.TryGetValue(form.Content, out var patch) ? Estimate(patch) : Buffers,
        { Origin: BlobOrigin.Patch } blob => Estimate(blob),
        _ => 0,
    };

    // A decoder keeps the frame's window, which is never larger than what it decodes.
    private static long Estimate(StoredBlob blob) => Math.Min(blob.Size, LargestWindow) + Buffers;

    // What is decoded is written as it comes; streams have their windows, and nested files are put together in memory.
    private static long Estimate(ContentPatch patch) => Math.Min(patch.Size, LargestContent) + Buffers;

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;

    private sealed class LargestPatch : IDeltaVisitor
    {
        private readonly HashSet<(SharedBlobs, Digest)> _blobs = [];
        private readonly HashSet<(SharedBlobs, Digest)> _contents = [];

        public string What { get; private set; } = "";

        public long Bytes { get; private set; }

        public bool MakesBlob(SharedBlobs blobs, Digest blob, StoredBlob? stored) =>
            _blobs.Add((blobs, blob))
                && Take($"layer {blob}", stored is null or { Form: not null } ? Buffers : Estimate(stored));

        public bool ReadsBlob(SharedBlobs blobs, BaselineLayer layer) => true;

        public bool MakesContent(SharedBlobs blobs, Digest diffId, ContentPatch patch) =>
            _contents.Add((blobs, diffId)) && Take($"the content {diffId}", Estimate(patch));

        public bool ReadsContent(SharedBlobs blobs, Digest diffId) => true;

        private bool Take(string what, long bytes)
        {
            if (bytes > Bytes)
                (What, Bytes) = (what, bytes);
            return true;
        }
    }
}
