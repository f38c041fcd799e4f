using System.Globalization;

namespace Diffah.Bench;

/// <summary>Prints a table a pair, as markdown, with ratios to zstd where it ran.</summary>
internal sealed class Report(TextWriter output)
{
    public void Head(BenchOptions options)
    {
        output.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; "
            + $"diffah diff at level {options.Level}{string.Concat(options.DiffOptions.Select(o => ' ' + o))}, "
            + "all else by default");
    }

    public void Add(string pair, IReadOnlyList<ToolResult> results)
    {
        var zstd = results.FirstOrDefault(r => r.Tool.StartsWith("zstd", StringComparison.Ordinal));
        output.WriteLine();
        output.WriteLine($"**{pair}**");
        output.WriteLine();
        output.WriteLine(
            "| tool | delta, bytes | of zstd | make, s | of zstd | make, peak MiB | apply, "
                + "s | of zstd | apply, peak MiB |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var r in results)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {r.Tool} | {r.Make.Bytes} | {Ratio(r.Make.Bytes, zstd?.Make.Bytes)} | {r.Make.Seconds:F2} | "
                    + $"{Ratio(r.Make.Seconds, zstd?.Make.Seconds)} | {r.Make.PeakMebibytes} "
                + $"| {r.Apply.Seconds:F2} | {Ratio(r.Apply.Seconds, zstd?.Apply.Seconds)} | "
                + $"{r.Apply.PeakMebibytes} |"));
        output.Flush();
    }

    private static string Ratio(double value, double? of) =>
        of is > 0 ? (value / of.Value).ToString("F2", CultureInfo.InvariantCulture) : "";
}
