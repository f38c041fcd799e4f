using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Bench;

/// <summary>What one step took.</summary>
/// <param name="Refusal">Why there is no recipe; null where there is one.</param>
/// <param name="Encoder">The profile.</param>
/// <param name="Content">Bytes of the content.</param>
/// <param name="Recipe">Bytes of the recipe.</param>
/// <param name="Checkpoints">Bytes of them that are checkpoints.</param>
/// <param name="Corrections">Bytes of them that are corrections.</param>
/// <param name="IsExact">The rebuilt stream is the one that was analysed.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="ProcessorSeconds">Of all threads, with what the just-in-time compiler takes.</param>
/// <param name="PeakMebibytes">Most resident memory of the process, .NET itself with it.</param>
internal sealed record GzipFigures(
    string? Refusal, string Encoder, long Content, long Recipe, long Checkpoints, long Corrections, bool IsExact,
    double Seconds, double ProcessorSeconds, long PeakMebibytes);

/// <summary>One step in a process of its own, so that its memory can be told.</summary>
internal static class GzipStep
{
    /// <summary>The first argument of such a process.</summary>
    public const string Verb = "gzip-step";

    /// <summary>
    /// <c>analyse STREAM RECIPE RESULT WORKERS</c>, <c>rebuild CONTENT RECIPE RESULT STREAM WORKERS</c>,
    /// <c>inflate STREAM - RESULT</c> (of a gzip stream's first member, alone), <c>gzip LEVEL</c>, <c>zlib LEVEL</c> or
    /// <c>generate KIND:BYTES</c>, which writes that content to its output.
    /// </summary>
    public static void Run(string[] args)
    {
        if (args[1] is "gzip" or "zlib")
        {
            GzipTools.Compress(args[1], args[2]);
            return;
        }
        if (args[1] == "generate")
        {
            using var content = GzipContent.Open(args[2]);
            using var output = Console.OpenStandardOutput();
            content.CopyTo(output);
            return;
        }
        var figures = args[1] switch
        {
            "analyse" => Analyse(args[2], args[3], int.Parse(args[5], CultureInfo.InvariantCulture)),
            "inflate" => Inflate(args[2]),
            _ => Rebuild(args),
        };
        File.WriteAllText(args[4], JsonSerializer.Serialize(figures));
    }

    /// <summary>Runs a step.</summary>
    /// <param name="isApart">In a process of its own; otherwise its memory can't be told, and its code is
    /// warm.</param>
    /// <param name="result">The file for the figures.</param>
    /// <param name="step">Its name.</param>
    /// <param name="files">Its other arguments.</param>
    public static async Task<GzipFigures> RunAsync(bool isApart, string result, string step, params string[] files)
    {
        string[] arguments = [Verb, step, .. files[..2], result, .. files[2..]];
        if (isApart)
            await Measured.RunAsync(result, Measured.Self[0], [.. Measured.Self[1..], .. arguments]);
        else
            Run(arguments);
        return JsonSerializer.Deserialize<GzipFigures>(await File.ReadAllTextAsync(result))!;
    }

    private static GzipFigures Analyse(string path, string recipePath, int workers)
    {
        var (watch, before) = (Stopwatch.StartNew(), ProcessorSeconds());
        GzipRecipe recipe;
        try
        {
            using var stream = Open(path, out var isGzip);
            recipe = isGzip ? GzipAnalysis.OfGzip(stream, workers) : GzipAnalysis.OfDeflate(stream);
        }
        catch (RecipeRefusedException refused)
        {
            return Figures(refused.Reason.ToString(), "", false, watch, before);
        }
        var bytes = recipe.ToBytes();
        var figures = Figures(null, recipe.Encoder, false, watch, before);
        File.WriteAllBytes(recipePath, bytes);
        return figures with
        {
            Content = recipe.ContentLength,
            Recipe = bytes.Length,
            Checkpoints = bytes.Length - Plain(recipe).ToBytes().Length,
            Corrections = recipe.Members.SelectMany(m => m.Body.Parts).Sum(p => p.Corrections.Length),
        };
    }

    /// <summary>What of an analysis reading the stream is.</summary>
    private static GzipFigures Inflate(string path)
    {
        var (watch, before) = (Stopwatch.StartNew(), ProcessorSeconds());
        using var stream = File.OpenRead(path);
        using var input = new DeflateInput(stream);
        GzipHeader.Read(input);
        using var window = new ContentWindow(2 * 1024 * 1024);
        using var inflater = new Inflater(input, window);
        while (!inflater.IsComplete)
        {
            inflater.Fill();
            var blocks = inflater.IsComplete ? inflater.BlockCount : Math.Max(0, inflater.BlockCount - 1);
            inflater.Drop(inflater.TokenCount, blocks);
            window.Slide(window.End);
        }
        return Figures(null, "", false, watch, before) with { Content = window.Origin + window.End };
    }

    private static GzipFigures Rebuild(string[] args)
    {
        var (watch, before) = (Stopwatch.StartNew(), ProcessorSeconds());
        var recipe = GzipRecipe.Read(File.ReadAllBytes(args[3]));
        using var rebuilt = new GzipRebuildStream(
            GzipContent.Open(args[2]), recipe, int.Parse(args[6], CultureInfo.InvariantCulture));
        using var stream = Open(args[5], out _);
        bool isExact;
        try
        {
            isExact = AreEqual(rebuilt, stream);
        }
        catch (RecipeRefusedException)
        {
            isExact = false;
        }
        return Figures(null, recipe.Encoder, isExact, watch, before) with { Content = recipe.ContentLength };
    }

    private static GzipRecipe Plain(GzipRecipe recipe) =>
        new(
        [.. recipe.Members.Select(m => m with
        {
            Body = m.Body with { Parts = [.. m.Body.Parts.Select(p => p with { Checkpoints = [] })] },
        })], recipe.Trailing);

    /// <summary>A zlib stream is a raw deflate stream behind two bytes.</summary>
    private static FileStream Open(string path, out bool isGzip)
    {
        var stream = File.OpenRead(path);
        isGzip = stream.ReadByte() == 0x1f;
        stream.Position = isGzip ? 0 : 2;
        return stream;
    }

    internal static bool AreEqual(Stream one, Stream other)
    {
        var (left, right) = (new byte[131_072], new byte[131_072]);
        while (true)
        {
            var count = one.ReadAtLeast(left, left.Length, throwOnEndOfStream: false);
            if (other.ReadAtLeast(right, right.Length, throwOnEndOfStream: false) != count
                || !left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
                return false;
            if (count == 0)
                return true;
        }
    }

    private static GzipFigures Figures(string? refusal, string encoder, bool isExact, Stopwatch watch, double before) =>
        new(refusal, encoder, 0, 0, 0, 0, isExact, watch.Elapsed.TotalSeconds, ProcessorSeconds() - before,
            PeakMebibytes());

    internal static double ProcessorSeconds()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }

    internal static long PeakMebibytes()
    {
        const string name = "VmHWM:";
        var line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))
            : null;
        return line is null
            ? 0
            : long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
                >> 10;
    }
}
