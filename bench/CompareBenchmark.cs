using System.Diagnostics;
using System.Globalization;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports;

namespace Diffah.Bench;

/// <summary>
/// Measures <c>diffah compare</c> of a pair next to unpacking both images and <c>diff -r</c> of the folders. The
/// folders are made by the tar that is installed, layer over layer; whiteouts are not applied.
/// </summary>
internal static class CompareBenchmark
{
    public const string Verb = "--compare";

    // The command answers 5 and diff answers 1 where there are differences.
    private static readonly int[] Answers = [0, 1, 5];

    /// <param name="args">The verb, the two images, and the command line to measure where it is another.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args.Length is not (3 or 4))
        {
            Console.Error.WriteLine($"usage: {Verb} REFERENCE DIFFERENCE [diffah]");
            return 2;
        }
        var (one, other, diffah) =
            (args[1], args[2], Path.GetFullPath(args.Length == 4 ? args[3] : "out/bin/diffah"));
        using var work = new TemporaryFolder(Path.GetTempPath());
        output.WriteLine("| what | wall, s | processor, s | peak, MiB |");
        output.WriteLine("| --- | ---: | ---: | ---: |");
        string[][] ways = [[], ["--semantic"], ["--squash"], ["--semantic", "--squash", "--packages"]];
        foreach (var options in ways)
            Write(output, string.Join(' ', ["diffah compare", .. options]), await Measured.RunAsync(
                null, null, Answers, diffah, ["compare", "--progress", "off", .. options, one, other]));
        var unpacking = Stopwatch.StartNew();
        var folders = new[] { await UnpackAsync(one, work, "reference"), await UnpackAsync(other, work, "difference") };
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| tar -x of all layers | {unpacking.Elapsed.TotalSeconds:F1} | | |"));
        Write(output, "diff -r of what they make", await Measured.RunAsync(
            null, null, Answers, "diff", "-r", "-q", "--no-dereference", folders[0], folders[1]));
        return 0;
    }

    private static void Write(TextWriter output, string what, Measured? measured) =>
        output.WriteLine(measured is null
            ? $"| {what} | not installed | | |"
            : string.Create(CultureInfo.InvariantCulture, $"| {what} | {measured.Seconds:F1} | "
                + $"{measured.ProcessorSeconds:F1} | {measured.PeakMebibytes} |"));

    private static async Task<string> UnpackAsync(string image, TemporaryFolder work, string name)
    {
        using var spool = new WorkDirectory(work[$"{name}-spool"]);
        var reference = ImageReference.Parse(image);
        await using var source = await TransportCatalog.Default.Get(reference)
            .OpenSourceAsync(reference, new TransportContext(spool, EventSink.None), default);
        var folder = work[name];
        Directory.CreateDirectory(folder);
        foreach (var layer in (await Image.OpenAsync(source, Platform.Default, default)).Layers)
        {
            var blob = work[$"{name}-layer"];
            await using (var stored = await layer.OpenBlobAsync(default))
            await using (var file = File.Create(blob))
                await stored.CopyToAsync(file);
            await Measured.RunAsync(null, "tar", "-x", "-f", blob, "-C", folder);
        }
        return folder;
    }
}
