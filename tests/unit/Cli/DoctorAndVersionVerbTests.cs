using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class DoctorAndVersionVerbTests
{
    private static readonly FakeOperations Unwell = new()
    {
        Checks = [new("zstd", CheckStatus.Fail, "not found", "Do this."),
            new("tmpdir", CheckStatus.Warn, "nearly full", ""), new("authfile", CheckStatus.Ok, "", "")],
    };

    [Fact]
    public async Task A_healthy_machine_exits_0_with_a_line_a_check()
    {
        var run = await CliRun.OfAsync("doctor");
        Assert.Equal((0, "zstd ok (zstd 1.5.6)\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_failed_check_exits_3_and_says_what_to_do()
    {
        var run = await CliRun.WithAsync(Unwell, "doctor");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("zstd fail (not found)\n  hint: Do this.\ntmpdir warn (nearly full)\nauthfile ok\n", run.Output);
    }

    [Fact]
    public async Task The_data_list_the_checks()
    {
        var run = await CliRun.WithAsync(Unwell, "doctor", "-o", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Empty(run.Error);
        run.Data.HasFields("checks");
        Assert.Equal("""{"name":"zstd","status":"fail","detail":"not found","hint":"Do this."}""",
            run.Data.GetProperty("checks")[0].GetRawText());
    }

    [Fact]
    public async Task The_work_directory_to_check_can_be_named() =>
        Assert.Equal("/srv/here/spool", (await RequestAsync("--workdir", "spool")).WorkDirectory);

    [Fact]
    public async Task The_network_is_checked_where_there_is_a_probe()
    {
        Assert.Null((await RequestAsync()).Probe);
        var request = await RequestAsync("--probe", "docker://r.example/app:v1", "--authfile", "auth.json");
        Assert.Equal(("docker://r.example/app:v1", "/srv/here/auth.json"),
            (request.Probe?.ToString(), request.Registry.AuthFile));
    }

    private static async Task<CheckEnvironmentRequest> RequestAsync(params string[] options) =>
        Assert.IsType<CheckEnvironmentRequest>((await CliRun.OfAsync(["doctor", .. options])).Operations.Request);

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    [InlineData("-q version")]
    public async Task The_version_is_the_products(string line)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal((0, $"diffah {HostEnvironment.ProductVersion}\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task The_data_of_version_name_tool_and_runtime()
    {
        var data = (await CliRun.OfAsync("version", "-o", "json")).Data;
        data.HasFields("tool version runtime platform");
        Assert.Equal(HostEnvironment.ProductVersion, data.GetProperty("version").GetString());
    }
}
