using System.Globalization;
using Diffah.Samples;

namespace Diffah.Bench;

/// <summary>
/// Copies an image of one large layer from a registry to an OCI layout and back, with diffah and with skopeo.
/// </summary>
internal static class RegistryBenchmark
{
    private const int Rounds = 3;

    public static async Task RunAsync(int mebibytes, BenchOptions options, TemporaryFolder work, TextWriter output)
    {
        using var registry = await LoopbackRegistry.StartAsync(work, "registry");
        var folder = work[$"registry-{mebibytes}"];
        LargePair.Write(folder, mebibytes, seed: 1);
        var image = $"docker://{registry?.Host}/bench/image:v1";
        // skopeo packs the layer with gzip on its way, as images in registries are.
        if (registry is null || await Measured.RunAsync(null, "skopeo", "--insecure-policy", "copy", "-q",
            "--dest-tls-verify=false", "--format", "oci", $"docker-archive:{folder}/v1.docker.tar", image) is null)
        {
            output.WriteLine("\nRegistry: left out, docker-registry or skopeo is not installed.");
            return;
        }
        Directory.Delete(folder, recursive: true);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n**registry, one layer of {mebibytes} MiB before gzip, best of {Rounds}**\n"));
        output.WriteLine(
            "| tool | registry → oci, s | of skopeo | peak MiB | oci → registry, s | of skopeo | peak MiB |\n| --- | "
                + "---: | ---: | ---: | ---: | ---: | ---: |");
        var skopeo = await MeasureAsync("skopeo", work, (from, to) =>
            ["--insecure-policy", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", from, to], image);
        var diffah = await MeasureAsync(
            options.Diffah, work, (from, to) => ["copy", "-q", "--tls-verify=false", from, to], image);
        Write(output, "diffah copy", diffah, skopeo);
        Write(output, "skopeo copy", skopeo, skopeo);
    }

    /// <summary>
    /// Each round reads into a new folder and pushes into a new registry: skopeo remembers where blobs are, and would
    /// not push them again.
    /// </summary>
    private static async Task<(Measured Pull, Measured Push)> MeasureAsync(
        string program, TemporaryFolder work, Func<string, string, string[]> arguments, string image)
    {
        var (pulls, pushes) = (new List<Measured>(), new List<Measured>());
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"{Path.GetFileName(program)}-{round}";
            var layout = $"oci:{work[name]}:v1";
            pulls.Add((await Measured.RunAsync(null, program, arguments(image, layout)))!);
            using (var target = await LoopbackRegistry.StartAsync(work, $"{name}-registry"))
                pushes.Add(
                    (await Measured.RunAsync(
                        null, program, arguments(layout, $"docker://{target!.Host}/bench/image:v1")))!);
            Directory.Delete(work[name], recursive: true);
            Directory.Delete(work[$"{name}-registry"], recursive: true);
        }
        return (Best(pulls), Best(pushes));
    }

    private static Measured Best(List<Measured> runs) =>
        runs.MinBy(r => r.Seconds)! with { PeakMebibytes = runs.Max(r => r.PeakMebibytes) };

    private static void Write(
        TextWriter output, string tool, (Measured Pull, Measured Push) runs, (Measured Pull, Measured Push) of) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {tool} | {runs.Pull.Seconds:F2} | {runs.Pull.Seconds / of.Pull.Seconds:F2} | {runs.Pull.PeakMebibytes} "
                + $"| {runs.Push.Seconds:F2} | {runs.Push.Seconds / of.Push.Seconds:F2} | "
                + $"{runs.Push.PeakMebibytes} |"));
}
