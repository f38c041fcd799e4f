using System.Globalization;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>Refuses, before any work, what a memory budget can never admit.</summary>
internal static class MemoryPolicy
{
    /// <exception cref="DiffahException">MemoryBudgetExceeded, naming the layer and what would help.</exception>
    public static void Check(IEnumerable<Layer> targets, long largestBaseline, EncodingOptions options)
    {
        if (options.MemoryBudget == 0)
            return;
        var largest = targets.MaxBy(l => Estimate(l, largestBaseline, options))!;
        var estimate = Estimate(largest, largestBaseline, options);
        if (estimate <= options.MemoryBudget)
            return;
        var window = options.ZstdWindowLog?.ToString(CultureInfo.InvariantCulture) ?? WindowLog.Auto;
        throw new DiffahException(DiffahErrors.MemoryBudgetExceeded,
            $"Encoding layer {largest.Digest} takes an estimated {Mebibytes(estimate)} MiB of memory, "
                + $"and the memory budget is {Mebibytes(options.MemoryBudget)} MiB.",
            $"Raise the memory budget to {Mebibytes(estimate)}MiB, or to 0 for no limit; "
                + $"or lower the zstd window log (now {window}) "
                + $"or the zstd level (now {options.ZstdLevel}); or switch intra-layer patching off.");
    }

    private static long Estimate(Layer target, long baseline, EncodingOptions options) =>
        ZstdPatchFrame.Instance.EstimateMemory(
            target.Size, baseline, new PatchSettings(options.ZstdLevel, options.ZstdWindowLog));

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
