using System.Globalization;

namespace Diffah.Bench;

/// <summary>
/// Measures bringing the last of several images where the first is: by its name with one published delta and with a
/// chain of them, plainly with a baseline, and with skopeo into an empty layout and into one that has the first. A
/// proxy before docker-registry counts the bytes that come through it. Every way must end with the same manifest.
/// </summary>
internal static class DiffPullBenchmark
{
    public const string Verb = "--diff-pull";

    private const string CommandLine = "--diffah=";

    /// <param name="args">The verb, the images in their order, and the command line to measure where it is
    /// another.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        string[] images = [.. args.Skip(1).Where(a => !a.StartsWith(CommandLine, StringComparison.Ordinal))];
        if (images.Length < 2)
        {
            Console.Error.WriteLine($"usage: {Verb} IMAGE IMAGE… [{CommandLine}FILE]");
            return 2;
        }
        var diffah = Path.GetFullPath(args.FirstOrDefault(
            a => a.StartsWith(CommandLine, StringComparison.Ordinal))?[CommandLine.Length..] ?? "out/bin/diffah");
        using var work = new TemporaryFolder(Path.GetTempPath());
        using var registry = await LoopbackRegistry.StartAsync(work, "registry");
        if (registry is null)
        {
            Console.Error.WriteLine("docker-registry is not installed.");
            return 2;
        }
        await using var proxy = CountingProxy.Start(registry.Host);
        await new PullBench(diffah, work, registry.Host, proxy, images, output).RunAsync();
        return 0;
    }

    private sealed class PullBench(
        string diffah, TemporaryFolder work, string registry, CountingProxy proxy, string[] images, TextWriter output)
    {
        private string? _digest;

        public async Task RunAsync()
        {
            await PublishAsync("plain", []);
            await PublishAsync("one", [(1, images.Length)]);
            await PublishAsync("chain", [.. Enumerable.Range(1, images.Length - 1).Select(i => (i, i + 1))]);
            output.WriteLine(
                "| last image by | over the wire, bytes | connections | wall, s | processor, s | peak, MiB |");
            output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
            await MeasureAsync("diffah apply NAME, one published delta", diffah, Apply("one", "apply-one"));
            if (images.Length > 2)
                await MeasureAsync(
                    $"diffah apply NAME, a chain of {images.Length - 1}", diffah, Apply("chain", "apply-chain"));
            await MeasureAsync("diffah copy --baseline, one published delta", diffah, Copy("one", "copy-one"));
            await MeasureAsync("diffah copy --baseline, nothing published", diffah, Copy("plain", "copy-plain"));
            await MeasureAsync("diffah copy, empty layout", diffah,
                ["copy", .. Quiet, Through("plain"), Layout("copy-all")]);
            await MeasureAsync("skopeo copy, empty layout", "skopeo", Skopeo(Through("plain"), Layout("skopeo-all")));
            await RunAsync("skopeo", Skopeo(Direct("plain", 1), $"oci:{work["skopeo-some"]}:first"));
            await MeasureAsync(
                "skopeo copy, layout with the first", "skopeo", Skopeo(Through("plain"), Layout("skopeo-some")));
        }

        private static string[] Quiet => ["--progress", "off", "--log-level", "error", "--tls-verify=false"];

        private string First => $"oci:{work["near"]}:first";

        private string Layout(string name) => $"oci:{work[name]}:last";

        private string Direct(string repository, int version) => $"docker://{registry}/bench/{repository}:v{version}";

        private string Through(string repository) => $"docker://{proxy.Host}/bench/{repository}:v{images.Length}";

        private string[] Apply(string repository, string layout) =>
            ["apply", .. Quiet, Through(repository), First, Layout(layout)];

        private string[] Copy(string repository, string layout) =>
            ["copy", .. Quiet, "--baseline", First, Through(repository), Layout(layout)];

        private static string[] Skopeo(string from, string to) =>
            ["--insecure-policy", "copy", "-q", "--src-tls-verify=false", from, to];

        /// <summary>The images in a repository of their own, with deltas between some of them.</summary>
        private async Task PublishAsync(string repository, (int From, int To)[] deltas)
        {
            for (var version = 1; version <= images.Length; version++)
                await RunAsync(
                    diffah, ["copy", .. Quiet, images[version - 1], Direct(repository, version)]);
            if (!Directory.Exists(work["near"]))
                await RunAsync(diffah, ["copy", .. Quiet, Direct(repository, 1), First]);
            foreach (var (from, to) in deltas)
            {
                var archive = work[$"{from}-{to}.delta"];
                if (!File.Exists(archive))
                    await RunAsync(
                        diffah, ["diff", .. Quiet, Direct(repository, from), Direct(repository, to), archive]);
                await RunAsync(diffah, ["publish", .. Quiet, archive, Direct(repository, to)]);
            }
        }

        private async Task MeasureAsync(string what, string program, string[] line)
        {
            proxy.Reset();
            var measured = await RunAsync(program, line);
            var place = line[^1]["oci:".Length..line[^1].LastIndexOf(':')];
            await RequireSameAsync(what, place);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {proxy.Bytes} | "
                + $"{proxy.Connections} | {measured.Seconds:F1} | {measured.ProcessorSeconds:F1} | "
                + $"{measured.PeakMebibytes} |"));
            Directory.Delete(place, recursive: true);
        }

        /// <summary>skopeo reads each layout; its digest is that of every other.</summary>
        private async Task RequireSameAsync(string what, string layout)
        {
            var index = System.Text.Json.JsonDocument.Parse(
                await File.ReadAllTextAsync(Path.Combine(layout, "index.json"))).RootElement.GetProperty("manifests");
            var digest = index.EnumerateArray().Single(m => m.GetProperty("annotations")
                .GetProperty("org.opencontainers.image.ref.name").GetString() == "last")
                .GetProperty("digest").GetString();
            _digest ??= digest;
            if (digest != _digest)
                throw new InvalidOperationException($"{what} ended with {digest}, and others with {_digest}.");
        }

        private static async Task<Measured> RunAsync(string program, string[] line) =>
            await Measured.RunAsync(null, program, line)
                ?? throw new InvalidOperationException($"{program} can't be run.");
    }
}
