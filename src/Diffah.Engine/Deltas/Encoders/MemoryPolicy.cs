using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Deltas.Planning;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Deltas.Encoders;

/// <summary>Refuses, before any work, what a memory budget can never admit.</summary>
internal static class MemoryPolicy
{
    /// <exception cref="DiffahException">MemoryBudgetExceeded, naming the layer and what would help.</exception>
    public static void Check(IEnumerable<BlobDecision> patched, IEnumerable<ILayer> baseline, EncodingOptions options)
    {
        if (options.MemoryBudget == 0)
            return;
        var largestBase = baseline.Select(l => l.Size).DefaultIfEmpty().Max();
        var largest = patched.MaxBy(d => Estimate(d, largestBase, options))!;
        var estimate = Estimate(largest, largestBase, options);
        if (estimate <= options.MemoryBudget)
            return;
        throw new DiffahException(DiffahErrors.MemoryBudgetExceeded,
            $"Encoding layer {largest.Digest} takes an estimated {Mebibytes(estimate)} MiB of memory, and the memory budget is {Mebibytes(options.MemoryBudget)} MiB.",
            $"Raise the memory budget to {Mebibytes(estimate)}MiB, or to 0 for no limit; or lower the zstd window log (now {options.ZstdWindowLog?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "auto"}) " +
            $"or the zstd level (now {options.ZstdLevel}); or switch intra-layer patching off.");
    }

    private static long Estimate(BlobDecision decision, long baseline, EncodingOptions options) =>
        CodecCatalog.ZstdPatch.EstimateMemory(decision.Descriptor.Size, baseline, new CodecSettings(options.ZstdLevel, options.ZstdWindowLog));

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
