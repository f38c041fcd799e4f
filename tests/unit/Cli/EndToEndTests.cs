using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>The verbs over the engine itself and real images.</summary>
public sealed class EndToEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_delta_that_was_written_gives_the_image_back()
    {
        var (v1, v2) = (Image("images/v1_oci.tar"), Image("images/v2_oci.tar"));
        Assert.Equal(0, (await RunAsync("diff", v1, v2, "app.delta.tar")).ExitCode);

        var applied = await RunAsync("apply", "app.delta.tar", v1, "oci-archive:out.tar", "-o", "json");
        Assert.True(applied.ExitCode == 0, applied.Error);
        var inspected = await RunAsync("inspect", "app.delta.tar", "-o", "json");
        Assert.Equal(
            inspected.Data.GetProperty("images")[0].GetProperty("target").GetProperty("manifest_digest").GetString(),
            applied.Data.GetProperty("images")[0].GetProperty("manifest_digest").GetString());
        Assert.Equal(["app.delta.tar", "out.tar"], _folder.Entries);
    }

    [SkippableFact]
    public async Task A_dry_run_writes_nothing()
    {
        var (v1, v2) = (Image("images/v1_oci.tar"), Image("images/v2_oci.tar"));
        var plan = await RunAsync("diff", "-n", v1, v2, "/dev/null", "-o", "json");
        Assert.True(plan.ExitCode == 0, plan.Error);
        Assert.Equal(1, plan.Data.GetProperty("total_images").GetInt32());

        var restore = await RunAsync(
            "apply", "-n", Fixtures.Path("deltas/v1-v2.oci.delta.tar"), v1, "oci-archive:/dev/null", "-o", "json");
        Assert.True(restore.ExitCode == 0, restore.Error);
        Assert.True(restore.Data.GetProperty("images")[0].GetProperty("would_import").GetBoolean());
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task What_is_there_already_is_replaced_by_force_only()
    {
        var (v1, v2) = (Image("images/v1_oci.tar"), Image("images/v2_oci.tar"));
        await File.WriteAllTextAsync(_folder["app.delta.tar"], "precious");
        var refused = await RunAsync("diff", v1, v2, "app.delta.tar");
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["app.delta.tar"]));
        Assert.Equal(0, (await RunAsync("diff", v1, v2, "app.delta.tar", "--force")).ExitCode);
        Assert.Equal(0, (await RunAsync("inspect", "app.delta.tar")).ExitCode);
    }

    [SkippableTheory]
    [InlineData("diff", 2, "oci-archive:missing.tar", "oci-archive:missing.tar", "out.tar")]
    [InlineData("diff", 2, "v1.tar", "v2.tar", "out.tar")]
    [InlineData("diff", 2, "ostree:app", "ostree:app", "out.tar")]
    [InlineData("inspect", 2, "missing.tar")]
    [InlineData("inspect", 4, "FIXTURE:images/v1_phase1.tar")]
    [InlineData("inspect", 4, "FIXTURE:images/v1_oci.tar")]
    [InlineData("apply", 2, "FIXTURE:deltas/v1-v2.oci.delta.tar", "oci-archive:FIXTURE:images/unrelated_oci.tar",
        "oci-archive:out.tar")]
    public async Task Whose_fault_it_is_decides_the_exit_code(string verb, int exitCode, params string[] args)
    {
        // Warnings would be beside the error.
        var run = await RunAsync([verb, .. args.Select(Expand), "-o", "json", "--log-level=error"]);
        Assert.True(run.ExitCode == exitCode, run.Error);
        Assert.Empty(run.Output);
        Assert.Equal(exitCode == 2 ? "user" : "content", run.ErrorBody.GetProperty("category").GetString());
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task This_machine_is_checked()
    {
        var checks = (await RunAsync("doctor", "-o", "json")).Data.GetProperty("checks");
        Assert.Contains("zstd", checks.EnumerateArray().Select(c => c.GetProperty("name").GetString()));
    }

    private static string Image(string fixture) => $"oci-archive:{Fixtures.Path(fixture)}";

    private static string Expand(string text)
    {
        var mark = text.IndexOf("FIXTURE:", StringComparison.Ordinal);
        return mark < 0 ? text : text[..mark] + Fixtures.Path(text[(mark + "FIXTURE:".Length)..]);
    }

    private Task<CliRun> RunAsync(params string[] args) => CliRun.InAsync(_folder.Path, args);
}
