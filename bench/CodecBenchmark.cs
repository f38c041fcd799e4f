using System.Globalization;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;

namespace Diffah.Bench;

/// <summary>
/// The zstd that is built in next to the zstd tool: one patch of one file from another, each in a process of its own,
/// in turns. What counts is processor time, so that other work on the machine matters little; of several rounds, the
/// least.
/// </summary>
internal static class CodecBenchmark
{
    /// <summary>The first argument of a process that makes or applies one patch, and nothing else.</summary>
    public const string Verb = "codec";

    private const int Rounds = 3;
    private static readonly int[] Levels = [3, 9, 12, 19, 22];

    /// <summary>Measures every level over a pair of generated images of plain layers, and prints a table.</summary>
    public static async Task RunAsync(int mebibytes, TemporaryFolder work, TextWriter output)
    {
        var pair = ImagePair.Generate(mebibytes, work);
        await output.WriteLineAsync(
            $"\n**one patch, {mebibytes} MiB from {mebibytes} MiB**, user time, least of {Rounds}\n");
        await output.WriteLineAsync(
            "| level | ours, bytes | zstd, bytes | ours, s | zstd, s | of zstd | peak MiB | zstd, peak MiB | decode, "
                + "s | zstd, s | of zstd | peak MiB | zstd, peak MiB |");
        await output.WriteLineAsync(
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var level in Levels)
            await output.WriteLineAsync(await RowAsync(level, pair, work));
    }

    /// <summary>
    /// Makes or applies one patch: <c>codec encode LEVEL FROM TO PATCH</c>, <c>codec decode LEVEL FROM PATCH TO</c>.
    /// </summary>
    public static void Run(string[] args)
    {
        using var prefix = new MappedFile(args[3]);
        using var source = File.OpenRead(args[4]);
        using var target = File.Create(args[5]);
        if (args[1] == "decode")
        {
            using var decoded = new ZstdDecompressionStream(source, prefix.Buffer, prefix.Length);
            decoded.CopyTo(target, 131_072);
            return;
        }
        var settings = new ZstdSettings(int.Parse(args[2], CultureInfo.InvariantCulture), PatchTool.WindowLog(args[4]),
            LongDistanceMatching: true, source.Length);
        using var zstd = new ZstdCompressionStream(target, settings, prefix.Buffer, prefix.Length);
        source.CopyTo(zstd, 131_072);
        zstd.Finish();
    }

    private static async Task<string> RowAsync(int level, ImagePair pair, TemporaryFolder work)
    {
        var zstd = PatchTool.All(level)[0];
        var (ours, theirs, back) = (work["ours.zst"], work["theirs.zst"], work["back"]);
        var name = level.ToString(CultureInfo.InvariantCulture);
        Measured? make = null, makeZstd = null, read = null, readZstd = null;
        for (var round = 0; round < Rounds; round++)
        {
            make = Least(make, await SelfAsync(ours, "encode", name, pair.Baseline, pair.Target, ours));
            makeZstd = Least(
                makeZstd, await Measured.RunAsync(theirs, zstd.Program, zstd.Make(pair.Baseline, pair.Target, theirs)));
            // Both read the same patch.
            read = Least(read, await SelfAsync(back, "decode", name, pair.Baseline, ours, back));
            readZstd = Least(
                readZstd, await Measured.RunAsync(back, zstd.Program, zstd.Apply(pair.Baseline, ours, back)));
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"| {level} | {make!.Bytes} | {makeZstd!.Bytes} | {make.UserSeconds:F2} | {makeZstd.UserSeconds:F2} | "
                + $"{Ratio(make, makeZstd)} | {make.PeakMebibytes} | {makeZstd.PeakMebibytes} "
            + $"| {read!.UserSeconds:F2} | {readZstd!.UserSeconds:F2} | {Ratio(read, readZstd)} | {read.PeakMebibytes} "
            + $"| {readZstd.PeakMebibytes} |");
    }

    // The clock ticks 100 times a second, and is looked at 50 times: of less than a tenth of a second no ratio is said.
    private static string Ratio(Measured ours, Measured theirs) =>
        theirs.UserSeconds < 0.1
            ? ""
            : (ours.UserSeconds / theirs.UserSeconds).ToString("F2", CultureInfo.InvariantCulture);

    private static Task<Measured?> SelfAsync(string output, params string[] arguments) =>
        Measured.RunAsync(output, Measured.Self[0], [.. Measured.Self[1..], Verb, .. arguments]);

    private static Measured Least(Measured? one, Measured? other) =>
        other is null
            ? throw new InvalidOperationException("zstd is not installed.")
            : one is null || other.UserSeconds < one.UserSeconds ? other : one;
}
