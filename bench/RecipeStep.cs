using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Deltas;

namespace Diffah.Bench;

/// <summary>What one step took.</summary>
/// <param name="Refusal">Why there is no recipe; null where there is one.</param>
/// <param name="Encoder">The encoder, as people call it.</param>
/// <param name="Recipe">Bytes of the recipe.</param>
/// <param name="NeedsReference">It can't be followed without the reference.</param>
/// <param name="IsExact">The rebuilt stream is the one that was analysed.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="ProcessorSeconds">Of all threads, with what the just-in-time compiler takes.</param>
/// <param name="PeakMebibytes">Most resident memory of the process, .NET itself with it.</param>
internal sealed record RecipeFigures(
    string? Refusal, string Encoder, long Recipe, bool NeedsReference, bool IsExact, double Seconds,
    double ProcessorSeconds, long PeakMebibytes);

/// <summary>A compressed stream and its content, and those of the baseline where there are any.</summary>
/// <param name="Kind">The kind of the recipe.</param>
/// <param name="Stream">File of the stream.</param>
/// <param name="Content">File of its content.</param>
/// <param name="Reference">File of the baseline's stream; empty for none.</param>
/// <param name="ReferenceContent">File of its content.</param>
internal sealed record RecipeFiles(
    WrappingKind Kind, string Stream, string Content, string Reference, string ReferenceContent)
{
    /// <summary>The baseline's layer as what recipes are followed with.</summary>
    public RecipeReference? ToReference() => Reference.Length == 0
        ? null
        : new RecipeReference(() => File.OpenRead(Reference), () => File.OpenRead(ReferenceContent));
}

/// <summary>One step in a process of its own, so that its memory can be told.</summary>
internal static class RecipeStep
{
    /// <summary>The first argument of such a process.</summary>
    public const string Verb = "recipe-step";

    /// <summary><c>analyse FILES RECIPE RESULT WORKERS</c> or <c>rebuild FILES RECIPE RESULT WORKERS</c>.</summary>
    public static void Run(string[] args)
    {
        var files = JsonSerializer.Deserialize<RecipeFiles>(args[2])!;
        var workers = int.Parse(args[5], CultureInfo.InvariantCulture);
        var (watch, before) = (Stopwatch.StartNew(), GzipStep.ProcessorSeconds());
        var figures = args[1] == "analyse" ? Analyse(files, args[3], workers) : Rebuild(files, args[3], workers);
        File.WriteAllText(args[4], JsonSerializer.Serialize(figures with
        {
            Seconds = watch.Elapsed.TotalSeconds,
            ProcessorSeconds = GzipStep.ProcessorSeconds() - before,
            PeakMebibytes = GzipStep.PeakMebibytes(),
        }));
    }

    /// <summary>Runs a step in a process of its own.</summary>
    public static async Task<RecipeFigures> RunAsync(
        string step, RecipeFiles files, string recipe, string result, int workers)
    {
        string[] arguments =
        [
            .. Measured.Self[1..], Verb, step, JsonSerializer.Serialize(files), recipe, result,
            workers.ToString(CultureInfo.InvariantCulture),
        ];
        await Measured.RunAsync(result, Measured.Self[0], arguments);
        return JsonSerializer.Deserialize<RecipeFigures>(await File.ReadAllTextAsync(result))!;
    }

    private static RecipeFigures Analyse(RecipeFiles files, string path, int workers)
    {
        using var stream = File.OpenRead(files.Stream);
        using var content = File.OpenRead(files.Content);
        try
        {
            var bytes = files.Kind switch
            {
                WrappingKind.Zstd =>
                    ZstdAnalysis.OfZstd(stream, content, files.ToReference(), workers, default).ToBytes(),
                WrappingKind.GzipTokens =>
                    GzipTokenAnalysis.OfGzip(stream, content, files.ToReference(), workers, default).ToBytes(),
                _ => GzipAnalysis.OfGzip(stream, workers).ToBytes(),
            };
            File.WriteAllBytes(path, bytes);
            return Figures(null, Read(files, bytes), bytes.Length, false);
        }
        catch (RecipeRefusedException refused)
        {
            return Figures(refused.Message, null, 0, false);
        }
    }

    private static RecipeFigures Rebuild(RecipeFiles files, string path, int workers)
    {
        var bytes = File.ReadAllBytes(path);
        var recipe = Read(files, bytes);
        using var rebuilt = recipe.Open(File.OpenRead(files.Content), files.ToReference(), workers);
        using var stream = File.OpenRead(files.Stream);
        return Figures(null, recipe, bytes.Length, GzipStep.AreEqual(rebuilt, stream));
    }

    private static IStreamRecipe Read(RecipeFiles files, byte[] bytes) => files.Kind switch
    {
        WrappingKind.Zstd => ZstdRecipe.Read(bytes),
        WrappingKind.GzipTokens => GzipTokenRecipe.Read(bytes),
        _ => GzipRecipe.Read(bytes),
    };

    private static RecipeFigures Figures(string? refusal, IStreamRecipe? recipe, long length, bool isExact) =>
        new(refusal, recipe?.Encoder ?? "", length, recipe?.NeedsReference ?? false, isExact, 0, 0, 0);
}
