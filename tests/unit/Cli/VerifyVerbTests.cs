using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class VerifyVerbTests
{
    [Fact]
    public async Task An_archive_alone_is_enough()
    {
        var request = await RequestAsync();
        Assert.Equal(("/srv/here/app.delta.tar", null, null, false),
            (request.ArchivePath, request.VerificationKeyPath, request.Baseline, request.RequireBaseline));
        Assert.Empty(request.Baselines);
    }

    [Theory]
    [InlineData("--verify")]
    [InlineData("--key")]
    public async Task Every_option_reaches_the_request(string key)
    {
        var request = await RequestAsync(key, "k.pub", "--baseline", "oci:v1", "--require-baseline", "--platform",
            "linux/arm64", "--workdir", "spool", "--additional-baseline", "oci:more:a");
        Assert.Equal("oci:/srv/here/more:a", Assert.Single(request.AdditionalBaselines).ToString());
        Assert.Equal(("/srv/here/k.pub", "oci:/srv/here/v1", true),
            (request.VerificationKeyPath, request.Baseline!.ToString(), request.RequireBaseline));
        Assert.Equal((new Platform("linux", "arm64"), "/srv/here/spool"), (request.Platform, request.WorkDirectory));
    }

    [Fact]
    public async Task A_file_names_the_baselines_of_a_bundle() =>
        Assert.Equal("oci:/srv/here/baselines.json.d:baseline",
            (await RequestAsync("--baseline-spec", "baselines.json")).Baselines["svc-a"].ToString());

    [Fact]
    public async Task One_baseline_and_a_file_of_them_contradict_each_other()
    {
        var run = await CliRun.OfAsync("verify", "a", "--baseline", "oci:v1", "--baseline-spec", "b.json");
        Assert.Equal((2, null), (run.ExitCode, run.Operations.Called));
        Assert.Contains("--baseline and --baseline-spec", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_has_a_row_a_finding()
    {
        var run = await CliRun.OfAsync("verify", "./app.delta.tar");
        Assert.Equal("""
            CHECK      STATUS   SUBJECT              DETAIL
            container  ok       app.delta.tar        a tar with 5 blobs
            patch      skipped  sha256:bbbbbbbbbbbb  needs its baseline
            hint: Give the baseline.
            ./app.delta.tar: valid

            """, run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task The_first_failure_decides_the_exit_code_and_a_hint_is_given_once()
    {
        var run = await CliRun.WithAsync(
            new FakeOperations { Verification = SampleRecords.Damaged }, "verify", "app.delta.tar");
        Assert.Equal(4, run.ExitCode);
        Assert.EndsWith("hint: Give the baseline.\nhint: Fetch it again.\napp.delta.tar: NOT valid\n", run.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ArchiveInvalid", 4)]
    [InlineData("InvalidArgument", 2)]
    [InlineData("DiskFull", 3)]
    [InlineData(null, 4)]
    public async Task A_failure_has_the_exit_code_of_its_error(string? code, int exitCode)
    {
        var failed = new ArchiveFinding("rebuild", FindingStatus.Fail, "default", "wrong", "",
            DiffahErrors.All.SingleOrDefault(e => e.Code == code) is { } error
                ? DiffahProblem.Of(new DiffahException(error, "wrong"))
                : null);
        var run = await CliRun.WithAsync(
            new FakeOperations { Verification = new ArchiveVerification("/a", [failed]) }, "verify", "a");
        Assert.Equal(exitCode, run.ExitCode);
    }

    [Fact]
    public async Task The_data_list_the_findings()
    {
        var run = await CliRun.WithAsync(
            new FakeOperations { Verification = SampleRecords.Damaged }, "verify", "app.delta.tar", "-o", "json");
        Assert.Equal((4, ""), (run.ExitCode, run.Error));
        run.Data.HasFields("archive valid findings");
        Assert.False(run.Data.GetProperty("valid").GetBoolean());
        var findings = run.Data.GetProperty("findings").EnumerateArray().ToArray();
        Assert.All(findings, finding => finding.HasFields("check status subject detail hint category"));
        Assert.Equal([null, null, "content", "user"], findings.Select(f => f.GetProperty("category").GetString()));
        Assert.Equal(SampleRecords.Digest('c'), findings[2].GetProperty("subject").GetString());
    }

    private static async Task<VerifyArchiveRequest> RequestAsync(params string[] options)
    {
        var run = await CliRun.OfAsync(["verify", "app.delta.tar", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return (VerifyArchiveRequest)run.Operations.Request!;
    }
}
