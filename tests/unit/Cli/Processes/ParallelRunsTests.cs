using System.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli.Processes;

/// <summary>Several processes that write to one place: whatever says that it is done is there, and whole.</summary>
public sealed class ParallelRunsTests : IDisposable
{
    private const int Writers = 4;

    private readonly ImageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task All_images_that_were_written_into_one_layout_are_in_it()
    {
        var shared = Enumerable.Range(0, 3).Select(i => SampleImage.Layer(50, i, 100_000)).ToArray();
        for (var i = 0; i < Writers; i++)
            await _bench.WriteAsync("oci", $"in:v{i}", [.. shared, SampleImage.Layer(i, 9, 150_000)]);
        var random = new Random(1);
        var done = 0;
        for (var round = 0; round < 12; round++)
        {
            var runs = Enumerable.Range(0, Writers)
                .Select(i => Start("copy", $"oci:in:v{i}", $"oci:out-{round}:v{i}")).ToArray();
            var victim = round % 3 == 0 ? null : runs[random.Next(Writers)];
            if (victim is not null)
            {
                await Task.Delay(random.Next(50, 700));
                await SignalAsync(victim, round % 3 == 1 ? "INT" : "KILL");
            }
            for (var i = 0; i < Writers; i++)
                done += await CheckAsync(runs[i], runs[i] == victim, $"out-{round}", $"v{i}");
        }
        Assert.True(done >= 12 * (Writers - 1) - 4, $"{done} runs came to their end");
    }

    [SkippableFact]
    public async Task Skopeo_reads_what_parallel_runs_wrote()
    {
        for (var i = 0; i < Writers; i++)
            await _bench.WriteAsync(
                "oci", $"in:v{i}", SampleImage.Layer(50, 1, 100_000), SampleImage.Layer(i, 9, 1000));
        var runs = Enumerable.Range(0, Writers).Select(i => Start("copy", $"oci:in:v{i}", $"oci:out:v{i}")).ToArray();
        for (var i = 0; i < Writers; i++)
            Assert.Equal(1, await CheckAsync(runs[i], false, "out", $"v{i}"));
        for (var i = 0; i < Writers; i++)
            await ExternalTool.RunAsync(
                "skopeo", "copy", "--quiet", $"oci:{_bench["out"]}:v{i}", $"dir:{_bench[$"seen-{i}"]}");
    }

    [Fact]
    public async Task A_folder_that_all_replace_is_one_of_the_images()
    {
        var images = new List<SampleImage>();
        for (var i = 0; i < Writers; i++)
            images.Add(await _bench.WriteAsync(
                "dir", $"in-{i}", SampleImage.Layer(50, 1, 100_000), SampleImage.Layer(i, 9, 100_000)));
        for (var round = 0; round < 2; round++)
        {
            var runs = Enumerable.Range(0, Writers).Select(i => Start("copy", $"dir:in-{i}", "dir:out", "--force"));
            foreach (var run in runs.ToArray())
            {
                var error = await run.StandardError.ReadToEndAsync();
                await run.WaitForExitAsync();
                Assert.True(run.ExitCode == 0, error);
            }
            var digest = Engine.Oci.Digest.Compute(await File.ReadAllBytesAsync(_bench["out/manifest.json"]));
            await _bench.RequireAsync($"dir:{_bench["out"]}", images.Single(i => i.Manifest.Digest == digest));
            Assert.DoesNotContain(_bench.Entries, e => e.Contains(".diffah", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_archive_and_its_signature_are_of_one_run()
    {
        await _bench.WriteAsync("oci", "in:base", SampleImage.Layer(1, 1, 50_000));
        for (var i = 0; i < Writers; i++)
            await _bench.WriteAsync("oci", $"in:v{i}", SampleImage.Layer(i, 9, 50_000));
        Assert.Equal(0, (await CliProcess.RunAsync(_bench[""], "", "keygen", "key.key")).ExitCode);
        for (var round = 0; round < 2; round++)
        {
            var runs = Enumerable.Range(0, Writers).Select(i => Start("diff", "oci:in:base", $"oci:in:v{i}",
                "app.delta", "--force", "--zstd-level", "1", "--sign-key", _bench["key.key"])).ToArray();
            foreach (var run in runs)
            {
                var error = await run.StandardError.ReadToEndAsync();
                await run.WaitForExitAsync();
                Assert.True(run.ExitCode == 0, error);
            }
            var verified = await CliProcess.RunAsync(_bench[""], "", "verify", "app.delta", "--key", _bench["key.pub"]);
            Assert.True(verified.ExitCode == 0, verified.Error + verified.Output);
        }
        Assert.DoesNotContain(_bench.Entries, e => e.Contains(".diffah", StringComparison.Ordinal));
    }

    internal static async Task SignalAsync(Process process, string signal)
    {
        if (process.HasExited)
            return;
        await ExternalTool.TryRunAsync(
            "sh", "-c", $"kill -{signal} {process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
    }

    private Process Start(params string[] args) => CliProcess.Start(_bench[""], args);

    private async Task<int> CheckAsync(Process run, bool isVictim, string layout, string name)
    {
        var error = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(isVictim || run.ExitCode == 0, error);
        if (run.ExitCode != 0)
            return 0;
        Assert.Null(_bench.WhyNotWhole(layout, name));
        return 1;
    }
}
