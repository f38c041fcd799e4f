using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>The natural mistakes of those who type, over the engine itself.</summary>
public sealed class MistakeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("inspect", "docker-archive:x.tar")]
    [InlineData("verify", "oci-archive:x.tar")]
    [InlineData("diff", "dir:a", "dir:b", "docker-archive:out.tar")]
    [InlineData("apply", "oci:layout:v1", "dir:a", "dir:b")]
    public async Task A_reference_where_a_file_is_wanted_is_named_so(params string[] line)
    {
        var run = await RunAsync(line);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("is an image reference, and ", run.Error, StringComparison.Ordinal);
        Assert.Contains("diffah image", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("-Diffah", run.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task A_file_of_such_a_name_is_read()
    {
        File.WriteAllText(_folder["oci:x"], "no tar");
        Assert.Contains(
            "is not a valid delta archive", (await RunAsync("inspect", "oci:x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_without_a_transport_gets_the_registrys()
    {
        var run = await RunAsync("image", "alpine:3.20");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Did you mean docker://alpine:3.20?", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_platform_that_an_image_is_not_for_is_refused()
    {
        var image = $"oci-archive:{Fixtures.Path("images/v1_oci.tar")}";
        var run = await RunAsync("image", "--platform", "linux/s390x", image);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has none for linux/s390x", run.Error, StringComparison.Ordinal);
        Assert.Contains("Leave --platform out", run.Error, StringComparison.Ordinal);
        foreach (var line in new[] { new[] { "copy", "--platform", "linux/s390x", image, "dir:out" },
            ["diff", "--platform", "linux/s390x", image, image, "out.tar"] })
            Assert.Equal((2, ""), ((await RunAsync(line)) is var refused ? refused.ExitCode : 0, refused.Output));
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task A_hint_names_options()
    {
        var run = await RunAsync("apply", Fixtures.Path("deltas/two-services.bundle.tar"), "dir:a", "dir:b");
        Assert.Contains("--name", run.Error, StringComparison.Ordinal);
        Assert.Contains("diffah unbundle", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Name (", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("-BaselineSpec", run.Error, StringComparison.Ordinal);
    }

    private Task<ExternalTool.Result> RunAsync(params string[] args) => CliProcess.RunAsync(_folder.Path, "", args);
}
