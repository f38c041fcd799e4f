using System.Diagnostics;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Cli.Processes;

/// <summary>A signal ends the program soon, whatever it waits for, and nothing is left.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly ImageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    // Nobody ever writes into the pipe.
    [SkippableTheory]
    [InlineData("DIFFAH_CONFIG", "image dir:nowhere")]
    [InlineData("DIFFAH_CONFIG", "config show")]
    [InlineData("DIFFAH_CONFIG", "doctor")]
    [InlineData("X", "config validate pipe")]
    [InlineData("X", "bundle pipe out.tar")]
    [InlineData("X", "unbundle app.delta pipe pipe")]
    [InlineData("X", "verify app.delta --baseline-spec pipe")]
    [InlineData("X", "verify app.delta --key pipe")]
    public async Task That_waits_for_a_pipe(string variable, string line)
    {
        Skip.IfNot(ExternalTool.Exists("mkfifo"), "mkfifo is not on this machine.");
        await ExternalTool.RunAsync("mkfifo", _bench["pipe"]);
        await File.WriteAllTextAsync(_bench["app.delta"], "x");
        using var run = CliProcess.StartInterruptible(variable, _bench["pipe"], _bench[""], line.Split(' '));
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.False(run.HasExited, await ErrorOfAsync(run));
        await EndsAsync(run, "INT", 130);
        Assert.Equal(["app.delta", "pipe"], _bench.Entries.Order());
    }

    // The registry of the baseline begins to send a layer, and sends no more.
    [Theory]
    [InlineData("apply app.delta BASELINE dir:out --tls-verify=false --workdir work", "INT", 130)]
    [InlineData("apply app.delta BASELINE dir:out --tls-verify=false --workdir work", "TERM", 143)]
    [InlineData("apply app.delta BASELINE docker-archive:out --tls-verify=false --workdir work", "TERM", 143)]
    [InlineData("verify app.delta --baseline BASELINE --tls-verify=false --workdir work", "INT", 130)]
    [InlineData("verify app.delta --baseline BASELINE --tls-verify=false --workdir work", "TERM", 143)]
    public async Task That_is_at_work(string line, string signal, int exitCode)
    {
        var layer = SampleImage.Layer(1, 1, 400_000);
        var baseline = await _bench.WriteDockerAsync("dir", "v1", layer);
        await _bench.WriteDockerAsync("dir", "v2", layer, SampleImage.Layer(1, 2, 1000));
        var made = await CliProcess.RunAsync(_bench[""], "", "diff", "dir:v1", "dir:v2", "app.delta");
        Assert.True(made.ExitCode == 0, made.Error);
        Directory.CreateDirectory(_bench["work"]);
        var before = _bench.Entries;
        var begun = new TaskCompletionSource();
        await using var registry = new FakeRegistry().Add(baseline);
        registry.Intercept = r => !r.Path.EndsWith(baseline.Layers[0].Digest.ToString(), StringComparison.Ordinal)
            ? null
            : new ScriptedResponse(200, layer[..1000])
            {
                DeclaredLength = layer.Length,
                Then = async (_, stop) =>
                {
                    begun.TrySetResult();
                    await Task.Delay(Timeout.Infinite, stop);
                },
            };
        using var run = CliProcess.StartInterruptible(
            "X", "", _bench[""], line.Replace("BASELINE", registry.Reference(), StringComparison.Ordinal).Split(' '));
        var first = await Task.WhenAny(begun.Task, run.WaitForExitAsync()).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(first == begun.Task, await ErrorOfAsync(run));
        await EndsAsync(run, signal, exitCode);
        Assert.Equal(before, _bench.Entries);
    }

    private static async Task EndsAsync(Process run, string signal, int exitCode)
    {
        await ParallelRunsTests.SignalAsync(run, signal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await run.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            run.Kill();
            Assert.Fail("It goes on.");
        }
        Assert.Equal(exitCode, run.ExitCode);
        Assert.EndsWith("diffah: interrupted\n", await run.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> ErrorOfAsync(Process run) =>
        run.HasExited ? await run.StandardError.ReadToEndAsync() : "";
}
