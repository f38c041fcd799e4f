using System.Globalization;
using System.IO.Compression;

namespace Diffah.Bench;

/// <summary>
/// Recipes of gzip streams, encoder × level × content: whether the stream comes back, what its recipe weighs, and how
/// fast, next to the encoder that made the stream.
/// </summary>
internal sealed class GzipBenchmark(GzipOptions options, TemporaryFolder work, TextWriter output)
{
    /// <summary>The first argument.</summary>
    public const string Verb = "--gzip";

    /// <summary>Measures everything that the options say.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (GzipOptions.Parse(args[1..]) is not { } options)
        {
            await Console.Error.WriteLineAsync(GzipOptions.Usage);
            return 2;
        }
        using var work = new TemporaryFolder(options.WorkFolder);
        await new GzipBenchmark(options, work, output).RunAsync();
        return 0;
    }

    private async Task RunAsync()
    {
        await HeadAsync();
        var yardsticks = options.HasYardsticks && options.Inputs.Count > 0
            ? await GzipTools.YardsticksAsync(work)
            : [null, null];
        foreach (var (name, file) in options.Streams)
        {
            var content = work["content"];
            await using (var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
            await using (var target = File.Create(content))
                await gzip.CopyToAsync(target);
            await RowAsync("as it is", new GzipContent(name, content), file, made: "", beside: " | ");
        }
        var tools = (await GzipTools.FindAsync(options.Tools, work))
            .Concat(options.Encoders.Select(e => new GzipTool(e.Name, e.Command)))
            .SelectMany(tool => tool.At(options.Levels)).ToArray();
        foreach (var content in options.Inputs)
        {
            var beside = await BesideAsync(yardsticks, content);
            foreach (var tool in tools)
                await MakeAsync(tool, content, beside);
        }
    }

    /// <summary>How fast encoders that everybody has compress the content, as cells of the table.</summary>
    private async Task<string> BesideAsync(IReadOnlyList<GzipTool?> yardsticks, GzipContent content)
    {
        var cells = new List<string>();
        foreach (var tool in yardsticks)
            cells.Add(tool is null
                ? ""
                : Speed(content.Length, await content.CompressAsync(tool.Command, work["yardstick"])));
        File.Delete(work["yardstick"]);
        return string.Join(" | ", cells);
    }

    private async Task MakeAsync(GzipTool tool, GzipContent content, string beside)
    {
        var stream = work["stream"];
        try
        {
            var made = await content.CompressAsync(tool.Command, stream);
            await RowAsync(tool.Name, content, stream, Speed(content.Length, made), beside);
        }
        catch (InvalidOperationException failed)
        {
            await Console.Error.WriteLineAsync($"{tool.Name}, {content.Name}: {failed.Message}");
        }
    }

    private async Task HeadAsync()
    {
        await output.WriteLineAsync($"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors; MB of "
            + "content a second of wall time, in brackets of processor time (user and system)");
        await output.WriteLineAsync();
        string[] names =
        [
            "encoder", "content", "stream, bytes", "back", "profile", "recipe, bytes", "checkpoints", "corrections",
            "encoder, MB/s (CPU)", "analyse, MB/s (CPU)", "rebuild, MB/s (CPU)", "2 workers, MB/s (CPU)", "×",
            "analyse, peak MiB", "rebuild", "2 workers", "gzip -6, MB/s (CPU)", "Go -6, MB/s (CPU)",
        ];
        string[] words = ["encoder", "content", "back", "profile"];
        await output.WriteLineAsync($"| {string.Join(" | ", names)} |");
        await output.WriteLineAsync(
            $"| {string.Join(" | ", names.Select(name => words.Contains(name) ? "---" : "---:"))} |");
    }

    private async Task RowAsync(string encoder, GzipContent content, string stream, string made, string beside)
    {
        var length = content.Length;
        var recipe = work["recipe"];
        var analysed = await StepAsync("analyse", stream, recipe, "1");
        var analysis = Speed(analysed, length);
        var start = $"| {encoder} | {content.Name} | {new FileInfo(stream).Length} |";
        if (analysed.Refusal is { } refusal)
        {
            await WriteAsync($"{start} refused: {refusal} | | | | | {made} | {analysis} | | | | "
                + $"{Peak(analysed)} | | | {beside} |");
            return;
        }
        var one = await StepAsync("rebuild", content.Source, recipe, stream, "1");
        var two = await StepAsync("rebuild", content.Source, recipe, stream, "2");
        var faster = (one.Seconds / two.Seconds).ToString("F2", CultureInfo.InvariantCulture);
        await WriteAsync($"{start} {(one.IsExact && two.IsExact ? "exact" : "DIFFERS")} | {analysed.Encoder} | "
            + $"{analysed.Recipe} | {analysed.Checkpoints} | {analysed.Corrections} | {made} | {analysis} | "
            + $"{Speed(one, length)} | {Speed(two, length)} | {faster} | "
            + $"{Peak(analysed)} | {Peak(one)} | {Peak(two)} | {beside} |");
    }

    private Task<GzipFigures> StepAsync(string step, params string[] files) =>
        GzipStep.RunAsync(options.IsApart, work["figures.json"], step, files);

    private string Peak(GzipFigures step) =>
        options.IsApart ? step.PeakMebibytes.ToString(CultureInfo.InvariantCulture) : "";

    private async Task WriteAsync(string row)
    {
        await output.WriteLineAsync(row);
        await output.FlushAsync();
    }

    private static string Speed(long bytes, Measured made) => Speed(bytes, made.Seconds, made.ProcessorSeconds);

    private static string Speed(GzipFigures step, long bytes) => Speed(bytes, step.Seconds, step.ProcessorSeconds);

    private static string Speed(long bytes, double seconds, double processorSeconds) => string.Create(
        CultureInfo.InvariantCulture, $"{Rate(bytes, seconds)} ({Rate(bytes, processorSeconds)})");

    // The clock of a program is looked at 50 times a second: of less than a twentieth no rate is said.
    private static string Rate(long bytes, double seconds) =>
        seconds < 0.05 ? "–" : (bytes / 1e6 / seconds).ToString("F0", CultureInfo.InvariantCulture);
}
