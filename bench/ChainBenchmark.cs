using System.Globalization;

namespace Diffah.Bench;

/// <summary>
/// Measures restoring the last of several images through a chain of deltas next to restoring image by image, and next
/// to one delta of the first and the last. All are made by the command that is measured, and every way must end with
/// the same bytes.
/// </summary>
internal static class ChainBenchmark
{
    public const string Verb = "--chain";

    private const string Command = "--diffah=";

    /// <param name="args">The verb, the images in their order, and the command line to measure where it is
    /// another.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        string[] images = [.. args.Skip(1).Where(a => !a.StartsWith(Command, StringComparison.Ordinal))];
        if (images.Length < 3)
        {
            Console.Error.WriteLine($"usage: {Verb} IMAGE IMAGE IMAGE... [{Command}PATH]");
            return 2;
        }
        var diffah = Path.GetFullPath(args.FirstOrDefault(
            a => a.StartsWith(Command, StringComparison.Ordinal))?[Command.Length..] ?? "out/bin/diffah");
        using var work = new TemporaryFolder(Path.GetTempPath());
        var lab = new ChainLab(diffah, work, images);
        await lab.MakeDeltasAsync();
        output.WriteLine("| restored by | archives, bytes | wall, s | processor, s | peak, MiB |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        Write(output, "one delta of first and last", lab.OneBytes, await lab.RestoreByOneAsync());
        Write(output, $"a chain of {images.Length - 1}", lab.ChainBytes, await lab.RestoreByChainAsync());
        Write(
            output, $"{images.Length - 1} restores, image by image", lab.ChainBytes, await lab.RestoreStepwiseAsync());
        return 0;
    }

    private static void Write(TextWriter output, string what, long bytes, Measured measured) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {bytes} | {measured.Seconds:F1} | "
            + $"{measured.ProcessorSeconds:F1} | {measured.PeakMebibytes} |"));

    private sealed class ChainLab(string diffah, TemporaryFolder work, string[] images)
    {
        private string One => work["one.delta"];

        private string[] Deltas => [.. Enumerable.Range(0, images.Length - 1).Select(i => work[$"{i}.delta"])];

        public long OneBytes => new FileInfo(One).Length;

        public long ChainBytes => Deltas.Sum(d => new FileInfo(d).Length);

        public async Task MakeDeltasAsync()
        {
            await RunAsync("diff", images[0], images[^1], One);
            for (var i = 0; i < Deltas.Length; i++)
                await RunAsync("diff", images[i], images[i + 1], Deltas[i]);
        }

        public Task<Measured> RestoreByOneAsync() => RestoreAsync("one", One, images[0]);

        public Task<Measured> RestoreByChainAsync() =>
            RestoreAsync("chain", Deltas[0], images[0], [.. Deltas.Skip(1).SelectMany(d => new[] { "--next", d })]);

        public async Task<Measured> RestoreStepwiseAsync()
        {
            var (all, from) = (Measured.Nothing, images[0]);
            for (var i = 0; i < Deltas.Length; i++)
            {
                all = all.Then(await RestoreAsync($"step{i}", Deltas[i], from));
                from = Restored($"step{i}");
            }
            return all;
        }

        private string Restored(string name) => $"oci-archive:{work[$"{name}.tar"]}";

        private Task<Measured> RestoreAsync(string name, string delta, string from, params string[] more) =>
            RunAsync(["apply", "--progress", "off", delta, from, Restored(name), .. more]);

        private async Task<Measured> RunAsync(params string[] arguments) =>
            await Measured.RunAsync(null, diffah, arguments)
                ?? throw new InvalidOperationException($"{diffah} can't be run.");
    }
}
