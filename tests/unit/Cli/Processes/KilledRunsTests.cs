using System.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli.Processes;

/// <summary>
/// After runs that were killed at any moment, the next one succeeds, is right, and leaves nothing of theirs.
/// </summary>
public sealed class KilledRunsTests : IAsyncLifetime, IDisposable
{
    private const int Rounds = 5;
    private const int KillsAtOnce = 4;

    private readonly ImageBench _bench = new();
    private SampleImage _oci = null!;
    private SampleImage _docker = null!;

    public async Task InitializeAsync()
    {
        var (shared, before, after) = (SampleImage.Layer(1, 1, 200_000), SampleImage.Layer(1, 2, 400_000),
            SampleImage.Layer(1, 3, 400_000));
        await _bench.WriteAsync("dir", "oci-v1", shared, before);
        _oci = await _bench.WriteAsync("dir", "oci-v2", shared, after);
        await _bench.WriteDockerAsync("dir", "docker-v1", shared, before);
        _docker = await _bench.WriteDockerAsync("dir", "docker-v2", shared, after);
        foreach (var kind in (string[])["oci", "docker"])
            await SucceedsAsync("diff", $"dir:{kind}-v1", $"dir:{kind}-v2", $"{kind}.delta", "--zstd-level", "1");
        Directory.CreateDirectory(_bench["out"]);
        Directory.CreateDirectory(_bench["work"]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _bench.Dispose();

    // Ten ways, twenty kills each.
    [Theory]
    [InlineData("oci:out/x:v", "copy", "dir:oci-v2", "OUT")]
    [InlineData("dir:out/x", "copy", "dir:oci-v2", "OUT")]
    [InlineData("oci-archive:out/x", "copy", "dir:oci-v2", "OUT")]
    [InlineData("docker-archive:out/x", "copy", "dir:docker-v2", "OUT")]
    [InlineData("oci:out/x:v", "apply", "oci.delta", "dir:oci-v1", "OUT", "--workdir", "work")]
    [InlineData("dir:out/x", "apply", "oci.delta", "dir:oci-v1", "OUT", "--workdir", "work")]
    [InlineData("oci-archive:out/x", "apply", "oci.delta", "dir:oci-v1", "OUT", "--workdir", "work")]
    [InlineData("docker-archive:out/x", "apply", "docker.delta", "dir:docker-v1", "OUT", "--workdir", "work")]
    [InlineData("out/x", "diff", "dir:oci-v1", "dir:oci-v2", "OUT", "--zstd-level", "1", "--workdir", "work")]
    [InlineData("out/x", "diff", "dir:docker-v1", "dir:docker-v2", "OUT", "--zstd-level", "1")]
    public async Task The_next_run_succeeds(string destination, params string[] args)
    {
        args = [.. args.Select(a => a == "OUT" ? destination : a)];
        var clock = Stopwatch.StartNew();
        await SucceedsAsync(args);
        var whole = clock.Elapsed;
        var random = new Random(destination.Length * 31 + args.Length);
        for (var round = 0; round < Rounds; round++)
        {
            Remove();
            // Together, so that they also sweep while others work.
            await Task.WhenAll(Enumerable.Range(0, KillsAtOnce)
                .Select(_ => KillAsync(args, whole * (0.3 + 1.7 * random.NextDouble()))).ToArray());
            await SucceedsAsync(args.Contains("--force") || !IsThere() ? args : [.. args, "--force"]);
            await CheckAsync(destination, args);
        }
    }

    private async Task CheckAsync(string destination, string[] args)
    {
        Assert.DoesNotContain(_bench.Entries, e => e.Contains(".diffah", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_bench["work"]));
        if (args[0] == "diff")
        {
            await SucceedsAsync("verify", "out/x", "--baseline", args[1]);
            return;
        }
        var image = args.Any(a => a.Contains("docker-v", StringComparison.Ordinal)) ? _docker : _oci;
        await _bench.RequireAsync(destination.Replace(":out", ":" + _bench["out"], StringComparison.Ordinal), image);
    }

    // A kill may come too late: then the image is there, as it should be.
    private bool IsThere() => File.Exists(_bench["out/x"]) || File.Exists(_bench["out/x/index.json"])
        || File.Exists(_bench["out/x/manifest.json"]);

    private void Remove()
    {
        if (Directory.Exists(_bench["out/x"]))
            Directory.Delete(_bench["out/x"], recursive: true);
        File.Delete(_bench["out/x"]);
    }

    private async Task KillAsync(string[] args, TimeSpan after)
    {
        using var run = CliProcess.Start(_bench[""], [.. args, "--force"]);
        using var reached = new CancellationTokenSource(after);
        try
        {
            await run.WaitForExitAsync(reached.Token);
        }
        catch (OperationCanceledException)
        {
            run.Kill();
            await run.WaitForExitAsync();
        }
    }

    private async Task SucceedsAsync(params string[] args)
    {
        var run = await CliProcess.RunAsync(_bench[""], "", args);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', args)}: {run.Error}");
    }
}
