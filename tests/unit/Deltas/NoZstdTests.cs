using Diffah.Samples;
using Diffah.Tests.Cli;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas;

/// <summary>A machine without libzstd: in a process of its own, since a process finds the library once.</summary>
public sealed class NoZstdTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SamplePair _pair;

    public NoZstdTests() => _pair = SampleImages.WriteAll(_folder["samples"], 0.1)[SampleFormat.DockerArchive];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_delta_is_made_of_whole_layers_with_a_warning_and_restored()
    {
        var made = await RunAsync("diff", _pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar"]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("libzstd", made.Error, StringComparison.Ordinal);
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(_folder["delta.tar"])));

        var inspected = await RunAsync("inspect", _folder["delta.tar"], "-o", "json");
        Assert.Contains("\"patch_count\":0", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("\"requires_zstd\":false,\"zstd_available\":false", inspected.Output, StringComparison.Ordinal);

        var applied = await RunAsync("apply", _folder["delta.tar"], _pair.V1.Reference, $"docker-archive:{_folder["app.tar"]}");
        Assert.True(applied.ExitCode == 0, applied.Error);
    }

    [Fact]
    public async Task Where_patches_are_required_the_delta_is_refused()
    {
        var made = await RunAsync("diff", "--intra-layer", "required", _pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar"]);
        Assert.Equal(3, made.ExitCode);
        Assert.Contains("libzstd", made.Error, StringComparison.Ordinal);
        Assert.Equal(["samples"], _folder.Entries.Where(e => !e.StartsWith("samples/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_archive_that_is_to_be_compressed_is_refused_and_nothing_is_left()
    {
        var made = await RunAsync("diff", "--compress", "zstd", "--intra-layer", "off", _pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar.zst"]);
        Assert.Equal(3, made.ExitCode);
        Assert.Contains("libzstd", made.Error, StringComparison.Ordinal);
        Assert.Equal(["samples"], _folder.Entries.Where(e => !e.StartsWith("samples/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_delta_with_patches_is_inspected_but_not_restored()
    {
        await RealImages.CreateAsync(_pair.V1.Reference, _pair.V2.Reference, _folder["delta.tar"], DeltaLab.Quick);
        var inspected = await RunAsync("inspect", _folder["delta.tar"], "-o", "json");
        Assert.Contains("\"requires_zstd\":true,\"zstd_available\":false", inspected.Output, StringComparison.Ordinal);
        var applied = await RunAsync("apply", _folder["delta.tar"], _pair.V1.Reference, $"docker-archive:{_folder["app.tar"]}");
        Assert.Equal(3, applied.ExitCode);
        Assert.False(File.Exists(_folder["app.tar"]));
        Assert.Equal(["delta.tar", "samples"], _folder.Entries.Where(e => !e.StartsWith("samples/", StringComparison.Ordinal)));
    }

    private static Task<ExternalTool.Result> RunAsync(params string[] args) => CliProcess.WithoutZstdAsync("/", args);
}
