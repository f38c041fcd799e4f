using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Compression;

/// <summary>The errors about compressed content that is not damaged.</summary>
internal static class CompressionErrors
{
    /// <summary>A compression that is recognised, and is not decompressed.</summary>
    /// <param name="compression">Which.</param>
    /// <param name="what">What is compressed.</param>
    public static DiffahException NotRead(CompressionTraits compression, string what) => new(
        DiffahErrors.CompressionUnknown, $"{Sentence(what)} is compressed with {compression.Name}, which is not read.",
        $"Decompress it first ({compression.Tool}), or save it with one of {Names}.");

    /// <summary>A delta archive that is compressed in another way than delta archives are.</summary>
    /// <param name="compression">Which.</param>
    /// <param name="what">The archive.</param>
    public static DiffahException NotReadAround(CompressionTraits compression, string what) => new(
        DiffahErrors.ArchiveInvalid,
        $"{what} is compressed with {compression.Name}, and a delta archive is plain or compressed with zstd.",
        $"Decompress it first ({compression.Tool}).");

    /// <summary>A compression that is decompressed, with something in it that is not.</summary>
    /// <param name="what">What is compressed.</param>
    /// <param name="why">What is in it, to follow what it is.</param>
    public static DiffahException Unknown(string what, string why) => new(
        DiffahErrors.CompressionUnknown, $"The compression of {what} can't be read: {why}.",
        "Decompress it with the tool that compressed it, or compress it again with that tool's defaults.");

    /// <summary>Content that grows beyond its bound.</summary>
    /// <param name="what">What is compressed.</param>
    /// <param name="stored">Bytes that it has as stored.</param>
    /// <param name="limit">The bound, in bytes.</param>
    public static DiffahException TooLarge(string what, long stored, long limit) => new(
        DiffahErrors.ContentTooLarge,
        $"{Sentence(what)} has {Human.Size(stored)} and expands to more than {Human.Size(limit)}.");

    /// <summary>A window that alone is above the memory budget.</summary>
    /// <param name="what">What is compressed.</param>
    /// <param name="window">Bytes of memory that it takes.</param>
    /// <param name="budget">The budget, in bytes.</param>
    public static DiffahException Window(string what, long window, long budget) => new(
        DiffahErrors.MemoryBudgetExceeded,
        $"Decompressing {what} takes {Mebibytes(window)} MiB of memory, and the memory budget is "
            + $"{Mebibytes(budget)} MiB.",
        $"Raise the memory budget to {Mebibytes(window)}MiB with MemoryBudget (--memory-budget), "
            + "or to 0 for no limit.");

    private static string Names => string.Join(", ", CompressionTraits.All.Where(t => t.IsRead).Select(t => t.Name));

    private static string Sentence(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
