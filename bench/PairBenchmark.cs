namespace Diffah.Bench;

/// <summary>Making and applying, by one tool, of one form of the layers.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Layers">What it was given.</param>
/// <param name="Make">Making; null where it was left out.</param>
/// <param name="Apply">Applying.</param>
/// <param name="Why">Why it was left out.</param>
internal sealed record ToolResult(string Tool, string Layers, Measured? Make, Measured? Apply, string Why = "");

/// <summary>Measures one pair with every tool there is.</summary>
internal static class PairBenchmark
{
    private const string Stored = "as stored";
    private const string Plain = "decompressed";

    public static async Task<IReadOnlyList<ToolResult>> RunAsync(
        ImagePair pair, BenchOptions options, TemporaryFolder work)
    {
        var results = new List<ToolResult>();
        foreach (var version in options.FormatVersions)
            results.Add(await RunDiffahAsync(pair, version, options, work));
        var stored = await ChangedLayers.WriteAsync(pair, isPlain: false, work);
        await AddAsync(results, Stored, stored, options, work);
        if (await ChangedLayers.AreCompressedAsync(stored))
        {
            foreach (var (from, to) in stored)
            {
                File.Delete(from);
                File.Delete(to);
            }
            await AddAsync(results, Plain, await ChangedLayers.WriteAsync(pair, isPlain: true, work), options, work);
        }
        return results;
    }

    private static async Task<ToolResult> RunDiffahAsync(
        ImagePair pair, string version, BenchOptions options, TemporaryFolder work)
    {
        var delta = work["bench.delta.tar"];
        var make = await Measured.RunAsync(delta, options.Diffah,
            ["diff", "-q", "--force", "--platform", pair.Platform.ToString(), "--format-version", version,
                pair.Baseline, pair.Target, delta, "--zstd-level", $"{options.Level}", .. options.DiffOptions]);
        var apply = await Measured.RunAsync(null, options.Diffah, "apply", "-q", "--force", delta, pair.Baseline,
            $"{pair.Target[..pair.Target.IndexOf(':')]}:{work["restored.tar"]}");
        return new ToolResult($"diffah, format {version}", "the images", make!, apply!);
    }

    private static async Task AddAsync(
        List<ToolResult> results, string form, List<(string From, string To)> layers, BenchOptions options,
        TemporaryFolder work)
    {
        foreach (var tool in PatchTool.All(options.ToolLevel))
        {
            Console.Error.WriteLine($"  {tool.Name}, {form} …");
            results.Add(await tool.RunAsync(form, layers, options.MostMemory, work));
        }
    }
}
