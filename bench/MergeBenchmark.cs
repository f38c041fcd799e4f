using System.Globalization;

namespace Diffah.Bench;

/// <summary>
/// Measures <c>diffah merge</c> of the deltas between neighbours of a row of images, without and with the first image,
/// next to <c>diffah diff</c> from the first to the last; and what restoring each takes.
/// </summary>
internal static class MergeBenchmark
{
    public const string Verb = "--merge";

    private const string CommandLine = "--diffah=";

    /// <param name="args">The verb, three images or more, and the command line to measure where it is another.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var images = args.Skip(1).Where(a => !a.StartsWith(CommandLine, StringComparison.Ordinal)).ToArray();
        if (images.Length < 3)
        {
            Console.Error.WriteLine($"usage: {Verb} IMAGE IMAGE IMAGE… [{CommandLine}FILE]");
            return 2;
        }
        var given = args.FirstOrDefault(a => a.StartsWith(CommandLine, StringComparison.Ordinal));
        var diffah = Path.GetFullPath(given?[CommandLine.Length..] ?? "out/bin/diffah");
        using var work = new TemporaryFolder(Path.GetTempPath());
        output.WriteLine("| what | bytes | wall, s | processor, s | peak, MiB |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        var deltas = new List<string>();
        for (var index = 1; index < images.Length; index++)
        {
            deltas.Add(work[$"{index}.delta"]);
            await MakeAsync($"diff {index} to {index + 1}", deltas[^1], "diff", images[index - 1], images[index]);
        }
        var (direct, merged, flat) = (work["direct.delta"], work["merged.delta"], work["flat.delta"]);
        await MakeAsync($"diff 1 to {images.Length}", direct, "diff", images[0], images[^1]);
        await MakeAsync("merge", merged, ["merge", .. deltas]);
        await MakeAsync("merge with the first image", flat, ["merge", "--baseline", images[0], .. deltas]);
        foreach (var (name, delta) in new[] { ("diff", direct), ("merge", merged), ("merge with the first", flat) })
        {
            var place = work[Path.GetFileName(delta) + ".restored"];
            await RunAsync($"apply what {name} made", null, "apply", delta, images[0], $"dir:{place}");
            Directory.Delete(place, recursive: true);
        }
        return 0;

        Task MakeAsync(string what, string made, params string[] line) => RunAsync(what, made, [.. line, made]);

        async Task RunAsync(string what, string? made, params string[] line)
        {
            var measured = await Measured.RunAsync(
                null, diffah, [line[0], "--progress", "off", "--log-level", "error", .. line[1..]]);
            var bytes = made is null ? "" : new FileInfo(made).Length.ToString(CultureInfo.InvariantCulture);
            output.WriteLine(measured is null
                ? $"| {what} | not installed | | | |"
                : string.Create(CultureInfo.InvariantCulture, $"| {what} | {bytes} | {measured.Seconds:F1} | "
                    + $"{measured.ProcessorSeconds:F1} | {measured.PeakMebibytes} |"));
        }
    }
}
