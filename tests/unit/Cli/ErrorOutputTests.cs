using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Cli;

public sealed class ErrorOutputTests
{
    public static TheoryData<string> Codes => [.. DiffahErrors.All.Select(e => e.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_error_has_its_exit_code_and_category(string code)
    {
        var error = DiffahErrors.All.Single(e => e.Code == code);
        var run = await CliRun.WithAsync(
            Failing(new DiffahException(error, "it went wrong")), "inspect", "a", "-o", "json");
        Assert.Equal(error.ExitCode, run.ExitCode);
        Assert.Equal(error.Category.ToString().ToLowerInvariant(), run.ErrorBody.GetProperty("category").GetString());
        Assert.Equal("it went wrong", run.ErrorBody.GetProperty("message").GetString());
        Assert.NotEqual("", run.ErrorBody.GetProperty("next_action").GetString());
    }

    [Fact]
    public async Task The_text_has_message_and_next_action_and_no_trace()
    {
        var run = await CliRun.WithAsync(
            Failing(new DiffahException(DiffahErrors.ArchiveInvalid, "broken", "fix it")), "inspect", "a");
        Assert.Equal((4, "", "diffah: error: broken\n  next: fix it\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task The_numbers_of_an_archive_that_is_too_large_are_there_for_programs()
    {
        var excess = new SizeExcess(300, 200, 4000,
            [new SizeCost("bin/app", "sha256:00", 250), new(null, "sha256:11", 9) { CreatedBy = "COPY" }]);
        var run = await CliRun.WithAsync(
            Failing(new DiffahException(DiffahErrors.ArchiveTooLarge, "large") { Excess = excess }), "inspect", "a",
            "-o", "json");
        run.ErrorBody.HasFields("category message next_action excess");
        var told = run.ErrorBody.GetProperty("excess");
        told.HasFields("archive_bytes limit_bytes image_bytes costliest");
        Assert.Equal("""{"archive_bytes":300,"limit_bytes":200,"image_bytes":4000,"costliest":"""
            + """[{"path":"bin/app","layer":"sha256:00","created_by":null,"archive_bytes":250},"""
            + """{"path":null,"layer":"sha256:11","created_by":"COPY","archive_bytes":9}]}""", told.GetRawText());
        Assert.DoesNotContain("excess", (await CliRun.WithAsync(
            Failing(new DiffahException(DiffahErrors.DiskFull, "full")), "inspect", "a", "-o", "json")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_exception_is_a_bug()
    {
        var run = await CliRun.WithAsync(Failing(new InvalidOperationException("oops")), "inspect", "a");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(
            "diffah: error: InvalidOperationException: oops\n  next: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("--log-level=debug")]
    public async Task A_trace_is_for_those_who_debug(string option)
    {
        var run = await CliRun.WithAsync(Failing(new InvalidOperationException("oops")), "inspect", "a", option);
        Assert.Contains("debug: System.InvalidOperationException: oops", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_json_log_has_the_error_as_a_record()
    {
        var run = await CliRun.WithAsync(Failing(new DiffahException(DiffahErrors.DiskFull, "full", "tidy up")),
            "inspect", "a", "--log-format=json");
        using var record = JsonDocument.Parse(run.Error);
        record.RootElement.HasFields("time level msg component category next_action");
        Assert.Equal("ERROR", record.RootElement.GetProperty("level").GetString());
        Assert.Equal("environment", record.RootElement.GetProperty("category").GetString());
    }

    private static FakeOperations Failing(Exception exception) =>
        new() { During = (_, _) => Task.FromException(exception) };
}
