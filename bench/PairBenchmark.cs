using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports;

namespace Diffah.Bench;

/// <summary>Making and applying, by one tool.</summary>
internal sealed record ToolResult(string Tool, Measured Make, Measured Apply);

/// <summary>Measures one pair with every tool there is.</summary>
internal static class PairBenchmark
{
    public static async Task<IReadOnlyList<ToolResult>> RunAsync(
        ImagePair pair, BenchOptions options, TemporaryFolder work)
    {
        var delta = work["bench.delta.tar"];
        var make = await Measured.RunAsync(delta, options.Diffah,
            ["diff", "-q", "--force", $"docker-archive:{pair.Baseline}", $"docker-archive:{pair.Target}", delta,
                "--zstd-level", $"{options.Level}", .. options.DiffOptions]);
        var apply = await Measured.RunAsync(null, options.Diffah, "apply", "-q", "--force", delta,
            $"docker-archive:{pair.Baseline}", $"docker-archive:{work["restored.tar"]}");
        var results = new List<ToolResult> { new("diffah", make!, apply!) };
        var patches = await ExtractAsync(pair, await PatchesAsync(options.Diffah, delta), work);
        foreach (var tool in PatchTool.All(options.Level))
        {
            if (await tool.RunAsync(patches, work) is { } result)
                results.Add(result);
        }
        return results;
    }

    /// <summary>
    /// The changed layers, and what each is patched from: the same pairs are given to the other tools.
    /// </summary>
    private static async Task<List<(Digest From, Digest To)>> PatchesAsync(string diffah, string delta)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            diffah, ["inspect", "-o", "json", delta])
        { RedirectStandardOutput = true })!;
        using var json = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync());
        var layers = json.RootElement.GetProperty("data").GetProperty("images")[0].GetProperty("layers")
            .EnumerateArray();
        return [.. layers.Where(l => l.GetProperty("encoding").GetString() == "patch")
            .Select(l => (Digest.Parse(l.GetProperty("patch_from").GetString()),
                Digest.Parse(l.GetProperty("digest").GetString())))];
    }

    private static async Task<List<(string From, string To)>> ExtractAsync(
        ImagePair pair, List<(Digest From, Digest To)> patches, TemporaryFolder work)
    {
        var files = new List<(string, string)>();
        foreach (var (from, to) in patches)
            files.Add((await ExtractAsync(pair.Baseline, from, work), await ExtractAsync(pair.Target, to, work)));
        return files;
    }

    private static async Task<string> ExtractAsync(string image, Digest layer, TemporaryFolder work)
    {
        using var spool = new WorkDirectory(work["spool"]);
        var reference = ImageReference.Parse($"docker-archive:{image}");
        await using var source = await TransportCatalog.Default.Get(reference)
            .OpenSourceAsync(reference, new TransportContext(spool, EventSink.None), default);
        var opened = await Image.OpenAsync(source, Platform.Default, default);
        var path = work[$"layer-{layer.ShortHex}.tar"];
        await using var blob = await opened.Layers.First(l => l.Digest == layer).OpenBlobAsync(default);
        await using var file = File.Create(path);
        await blob.CopyToAsync(file);
        return path;
    }
}
