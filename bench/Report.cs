using System.Globalization;

namespace Diffah.Bench;

/// <summary>Prints a table a pair, as markdown, with ratios to zstd where it ran.</summary>
internal sealed class Report(TextWriter output)
{
    public void Head(BenchOptions options)
    {
        output.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; "
            + $"diffah diff at level {options.Level}, zstd at {options.ToolLevel}; "
            + $"{string.Concat(options.DiffOptions.Select(o => o + ' '))}all else by default");
    }

    /// <summary>A table of a pair. Ratios are to zstd on the layers as they are stored.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="results">What was measured of it.</param>
    public void Add(ImagePair pair, IReadOnlyList<ToolResult> results)
    {
        var zstd = results.FirstOrDefault(
            r => r.Make is not null && r.Tool.StartsWith("zstd", StringComparison.Ordinal));
        output.WriteLine();
        output.WriteLine(pair.TargetBytes > 0 ? $"**{pair.Name}**, {pair.TargetBytes} bytes" : $"**{pair.Name}**");
        output.WriteLine();
        output.WriteLine("| tool | layers | delta, bytes | % of the target | of zstd | make, s | of zstd | "
            + "CPU, s | peak MiB | apply, s | of zstd | CPU, s | peak MiB |");
        output.WriteLine(
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var result in results)
            output.WriteLine(result.Make is { } make && result.Apply is { } apply
                ? Row(result, make, apply, pair.TargetBytes, zstd)
                : $"| {result.Tool} | {result.Layers} | left out: {result.Why} | | | | | | | | | | |");
        output.Flush();
    }

    private static string Row(
        ToolResult result, Measured make, Measured apply, long target, ToolResult? zstd) =>
        string.Create(CultureInfo.InvariantCulture,
            $"| {result.Tool} | {result.Layers} | {make.Bytes} | {Ratio(make.Bytes * 100.0, target)} "
            + $"| {Ratio(make.Bytes, zstd?.Make?.Bytes)} | {make.Seconds:F2} "
            + $"| {Ratio(make.Seconds, zstd?.Make?.Seconds)} | {make.ProcessorSeconds:F2} | {make.PeakMebibytes} "
            + $"| {apply.Seconds:F2} | {Ratio(apply.Seconds, zstd?.Apply?.Seconds)} | {apply.ProcessorSeconds:F2} "
            + $"| {apply.PeakMebibytes} |");

    private static string Ratio(double value, double? of) =>
        of is > 0 ? (value / of.Value).ToString("F2", CultureInfo.InvariantCulture) : "";
}
