using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;

namespace Diffah.Bench;

/// <summary>What a step took, itself alone.</summary>
/// <param name="Bytes">Size of what it made.</param>
/// <param name="ProcessorSeconds">Of all threads, with what the just-in-time compiler takes.</param>
/// <param name="PrivateMebibytes">Most memory of its own: what is mapped from files is the system's to give or take;
/// looked at every 50 ms.</param>
internal sealed record GrowthFigures(long Bytes, double ProcessorSeconds, long PrivateMebibytes);

/// <summary>
/// Makes and restores deltas of contents for layers of some sizes, each step in a process of its own: time should grow
/// as the layer does, and memory not at all.
/// </summary>
internal static class GrowthBenchmark
{
    /// <summary>The first argument.</summary>
    public const string Verb = "--growth";

    /// <summary>The first argument of a step: <c>growth-step diff|restore A B C RESULT WORK</c>.</summary>
    public const string StepVerb = "growth-step";

    public const string Usage = """
        Measures how time and memory grow with a layer, plain, of which a few per cent differ.

          dotnet run -c Release --project bench -- --growth SIZES [--work DIR]

          SIZES   in MiB, such as 100,1024,4096; half of it is one file
          DIR     where large files go: five times the largest  (the system's temporary folder)
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args.Length is not (2 or 4) || (args.Length == 4 && args[2] != "--work"))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        await output.WriteLineAsync(
            "| layer, MiB | files that differ, MiB | delta, bytes | diff, CPU s | CPU ms a MiB of layer "
                + "| diff, private MiB | restore, CPU s | restore, private MiB |\n"
                + "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var size in args[1].Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)))
            await MeasureAsync(size, args.Length == 4 ? args[3] : Path.GetTempPath(), output);
        return 0;
    }

    /// <summary>Runs a step, and writes its figures.</summary>
    public static async Task StepAsync(string[] args)
    {
        var done = new TaskCompletionSource();
        var watched = Task.Run(() => WatchAsync(done.Task));
        var made = args[1] == "diff"
            ? await DiffAsync(args[2], args[3], args[4], args[6])
            : await RestoreAsync(args[2], args[3], args[4], args[6]);
        done.SetResult();
        using var self = Process.GetCurrentProcess();
        var figures = new GrowthFigures(made, self.TotalProcessorTime.TotalSeconds, await watched);
        await File.WriteAllTextAsync(args[5], JsonSerializer.Serialize(figures));
    }

    private static async Task MeasureAsync(int mebibytes, string parent, TextWriter output)
    {
        using var work = new TemporaryFolder(Path.GetFullPath(parent));
        var changed = GrowthPair.Write(work["pair"], mebibytes);
        var (v1, v2) = (Path.Combine(work["pair"], "v1.docker.tar"), Path.Combine(work["pair"], "v2.docker.tar"));
        var diff = await StepAsync(work, "diff", v1, v2, work["delta.tar"]);
        var restore = await StepAsync(work, "restore", work["delta.tar"], v1, work["restored.tar"]);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {mebibytes} | {changed >> 20} | {diff.Bytes} | {diff.ProcessorSeconds:F1} "
                + $"| {1000 * diff.ProcessorSeconds / mebibytes:F1} | {diff.PrivateMebibytes} "
                + $"| {restore.ProcessorSeconds:F1} | {restore.PrivateMebibytes} |"));
        await output.FlushAsync();
    }

    private static async Task<GrowthFigures> StepAsync(TemporaryFolder work, string step, params string[] files)
    {
        var folder = Directory.CreateDirectory(work["work"]).FullName;
        await Measured.RunAsync(
            null, Measured.Self[0],
            [.. Measured.Self[1..], StepVerb, step, .. files, work["result"], folder]);
        return JsonSerializer.Deserialize<GrowthFigures>(await File.ReadAllTextAsync(work["result"]))!;
    }

    private static async Task<long> DiffAsync(string baseline, string target, string archive, string work)
    {
        var made = await new CreateDelta(TransportCatalog.Default).RunAsync(
            new CreateDeltaRequest
            {
                Baseline = ImageReference.Parse("docker-archive:" + baseline),
                Target = ImageReference.Parse("docker-archive:" + target),
                OutputPath = archive,
                WorkDirectory = work,
                Encoding = new EncodingOptions { FormatVersion = 2, Workers = Environment.ProcessorCount },
            }, EventSink.None, CancellationToken.None);
        return made.ArchiveBytes;
    }

    private static async Task<long> RestoreAsync(string archive, string baseline, string restored, string work)
    {
        await new RestoreImage(TransportCatalog.Default).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = archive,
                Baseline = ImageReference.Parse("docker-archive:" + baseline),
                Destination = ImageReference.Parse("docker-archive:" + restored),
                WorkDirectory = work,
            }, EventSink.None, CancellationToken.None);
        return new FileInfo(restored).Length;
    }

    private static async Task<long> WatchAsync(Task done)
    {
        const string name = "RssAnon:";
        var most = 0L;
        while (!done.IsCompleted && File.Exists("/proc/self/status"))
        {
            var line = File.ReadLines("/proc/self/status")
                .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            if (line is not null)
                most = Math.Max(most, long.Parse(
                    line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            await Task.WhenAny(done, Task.Delay(50));
        }
        return most >> 10;
    }
}
