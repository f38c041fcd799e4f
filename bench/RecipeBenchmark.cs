using System.Globalization;
using Diffah.Engine.Deltas;

namespace Diffah.Bench;

/// <summary>
/// Recipes of zstd and gzip streams, encoder × level × pair: what they weigh with and without the baseline's stream,
/// whether the stream comes back, how fast, and in how much memory.
/// </summary>
internal sealed class RecipeBenchmark(TemporaryFolder work, TextWriter output)
{
    /// <summary>The first argument.</summary>
    public const string Verb = "--recipes";

    private const string Usage = """
        Measures recipes of zstd and gzip streams: encoder × level × pair of contents.

          dotnet run -c Release --project bench -- --recipes [options]

          --pair NAME=NEW:OLD     the content of a layer and that of the baseline's layer; as many as you like.
                                  Without :OLD there is no baseline
          --encoder NAME=COMMAND  reads a content, writes zstd or gzip to its output; {level} stands for the level,
                                  {file} for the content's file; as many as you like
          --levels LIST           what {level} stands for, one after the other  (3)
          --work DIR              where streams go  (the system's temporary folder)
        """;

    /// <summary>Measures everything that the options say.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var given = args[1..].Chunk(2).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1], StringComparer.Ordinal);
        string[] known = ["--pair", "--encoder", "--levels", "--work"];
        var pairs = given["--pair"].Select(v => v.Split('=', 2)).ToArray();
        var encoders = given["--encoder"].Select(v => v.Split('=', 2)).ToArray();
        if (args.Length % 2 == 0 || given.Any(g => !known.Contains(g.Key)) || pairs.Length == 0
            || pairs.Concat(encoders).Any(v => v.Length != 2))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        using var work = new TemporaryFolder(given["--work"].LastOrDefault(Path.GetTempPath()));
        var bench = new RecipeBenchmark(work, output);
        await bench.HeadAsync();
        var levels = given["--levels"].LastOrDefault("3").Split(',');
        foreach (var pair in pairs)
        {
            foreach (var tool in encoders.SelectMany(e => new GzipTool(e[0], e[1]).At(levels)))
                await bench.MakeAsync(tool, pair[0], pair[1].Split(':'));
        }
        return 0;
    }

    private async Task HeadAsync()
    {
        await output.WriteLineAsync($"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} processors; MB of "
            + "content a second of wall time, in brackets of processor time");
        await output.WriteLineAsync();
        string[] names =
        [
            "encoder", "content", "stream, bytes", "profile", "recipe, bytes", "back", "with the baseline's stream",
            "back", "analyse, MB/s (CPU)", "rebuild, MB/s (CPU)", "analyse, peak MiB", "rebuild",
        ];
        await output.WriteLineAsync($"| {string.Join(" | ", names)} |");
        await output.WriteLineAsync($"|{string.Concat(names.Select(_ => " --- |"))}");
    }

    private async Task MakeAsync(GzipTool tool, string name, string[] files)
    {
        var (stream, reference) = (work["stream"], files.Length > 1 ? work["reference"] : "");
        await CompressAsync(tool, files[0], stream);
        if (files.Length > 1)
            await CompressAsync(tool, files[1], reference);
        var isZstd = IsZstd(stream);
        var alone = new RecipeFiles(isZstd ? WrappingKind.Zstd : WrappingKind.Gzip, stream, files[0], "", "");
        await RowAsync(tool.Name, name, alone, alone with { Reference = reference, ReferenceContent = files[^1] });
        if (!isZstd)
        {
            var tokens = alone with { Kind = WrappingKind.GzipTokens };
            await RowAsync($"{tool.Name}, tokens", name, tokens,
                tokens with { Reference = reference, ReferenceContent = files[^1] });
        }
    }

    private static async Task CompressAsync(GzipTool tool, string content, string stream)
    {
        var command = tool.Command.Replace("{file}", $"'{content}'", StringComparison.Ordinal);
        await Measured.RunAsync(stream, "sh", "-c", $"{command} < '{content}' > '{stream}'");
    }

    private static bool IsZstd(string path)
    {
        using var stream = File.OpenRead(path);
        return stream.ReadByte() == 0x28;
    }

    private async Task RowAsync(string encoder, string name, RecipeFiles alone, RecipeFiles beside)
    {
        var length = new FileInfo(alone.Content).Length;
        var (first, back) = await MeasureAsync(alone);
        var cells = $"| {encoder} | {name} | {new FileInfo(alone.Stream).Length} | ";
        cells += first.Refusal is null
            ? $"{first.Encoder} | {first.Recipe} | {Back(back)} | "
            : $"{first.Refusal} | | | ";
        if (beside.Reference.Length > 0 && beside.Kind != WrappingKind.Gzip)
        {
            var (second, again) = await MeasureAsync(beside);
            cells += second.Refusal is null ? $"{second.Recipe} | {Back(again)} | " : $"{second.Refusal} | | ";
            (first, back) = second.NeedsReference ? (second, again) : (first, back);
        }
        else
        {
            cells += "| | ";
        }
        await output.WriteLineAsync($"{cells}{Speed(first, length)} | {Speed(back, length)} | "
            + $"{first.PeakMebibytes} | {back?.PeakMebibytes} |");
        await output.FlushAsync();
    }

    private async Task<(RecipeFigures Analysed, RecipeFigures? Rebuilt)> MeasureAsync(RecipeFiles files)
    {
        var (recipe, result) = (work["recipe"], work["figures"]);
        var analysed = await RecipeStep.RunAsync("analyse", files, recipe, result, 1);
        return (analysed, analysed.Refusal is null
            ? await RecipeStep.RunAsync("rebuild", files, recipe, result, 1)
            : null);
    }

    private static string Back(RecipeFigures? rebuilt) => rebuilt?.IsExact == true ? "exact" : "DIFFERS";

    private static string Speed(RecipeFigures? step, long bytes) => step is null ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"{bytes / 1e6 / step.Seconds:F1} ({bytes / 1e6 / Math.Max(step.ProcessorSeconds, 0.01):F1})");
}
