using Diffah.Tests.Support;

namespace Diffah.Tests.Cli.Processes;

/// <summary>Images of many layers where few files may be open.</summary>
public sealed class OpenFilesTests : IDisposable
{
    private const int Layers = 200;

    private readonly ImageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Many_layers_need_no_more_files_than_few()
    {
        await _bench.WriteAsync(
            "oci", "in:v1", [.. Enumerable.Range(0, Layers).Select(i => SampleImage.Layer(1, i, 3000))]);
        await _bench.WriteAsync("oci", "in:v2", [.. Enumerable.Range(0, Layers).Select(Changed)]);
        await File.WriteAllTextAsync(_bench["pairs.json"],
            """{"pairs":[{"name":"a","baseline":"oci:in:v1","target":"oci:in:v2"}]}""");
        foreach (var line in (string[])
            ["copy oci:in:v2 oci:copied:v2", "copy oci:in:v2 dir:copied-too", "copy oci:in:v2 oci-archive:copied.tar",
                "diff oci:in:v1 oci:in:v2 d --zstd-level 1 --candidates 1",
                "bundle pairs.json b --zstd-level 1 --candidates 1",
                "apply d oci:in:v1 oci:applied:v2", "apply d oci:in:v1 oci-archive:applied.tar",
                "verify d --baseline oci:in:v1"])
        {
            var run = await LimitedAsync(128, line);
            Assert.True(run.ExitCode == 0, $"{line}: {run.Error}");
        }
        Assert.Null(_bench.WhyNotWhole("copied", "v2"));
        Assert.Null(_bench.WhyNotWhole("applied", "v2"));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(90)]
    public async Task Too_few_files_are_said_to_be_too_few(int limit)
    {
        await _bench.WriteAsync("oci", "in:v1", SampleImage.Layer(1, 1, 3000));
        var run = await LimitedAsync(limit, "copy oci:in:v1 oci:out:v1");
        Assert.True(run.ExitCode == 3, run.Error);
        Assert.Contains("ulimit -n 256", run.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(_bench["out"]));
    }

    private static byte[] Changed(int layer) => [.. SampleImage.Layer(1, layer, 3000), .. new byte[512]];

    private Task<ExternalTool.Result> LimitedAsync(int limit, string line) =>
        ExternalTool.TryRunAsync("sh", "-c",
            $"cd '{_bench[""]}' && ulimit -n {limit} && "
                + $"exec '{Environment.ProcessPath}' '{CliProcess.Program}' {line}");
}
