using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

/// <summary><c>diffah apply</c> of an image of a registry, and <c>diffah copy --baseline</c>.</summary>
public sealed class PullTests
{
    private const string Image = "docker://r.example/app:v2";

    private static readonly string[] Apply = ["apply", Image, "oci:layout:v1", "oci:layout:v2"];

    private static readonly string[] Copy = ["copy", "--baseline", "oci:layout:v1", Image, "oci:layout:v2"];

    private static readonly FakeOperations Chained = new()
    {
        Restored = SampleRecords.Restored with { Pull = SampleRecords.Pull },
        Copied = SampleRecords.Copied with { Pull = SampleRecords.Pull },
    };

    [Fact]
    public async Task An_image_in_place_of_the_archive_is_restored_by_its_name()
    {
        var run = await CliRun.OfAsync(Apply);
        Assert.Equal((0, "PullImageRequest -> RestoredImage"), (run.ExitCode, run.Operations.Called));
        var request = Assert.IsType<PullImageRequest>(run.Operations.Request);
        Assert.Equal((Image, "oci:/srv/here/layout:v1", "oci:/srv/here/layout:v2"),
            (request.Image.ToString(), request.Baseline.ToString(), request.Destination.ToString()));
        Assert.Equal((null, null, null, false, false), (request.VerificationKeyPath, request.ResumeDirectory,
            request.Platform, request.Overwrite, request.AllowConvert));
    }

    [Fact]
    public async Task Every_option_of_apply_reaches_the_request()
    {
        var request = Assert.IsType<PullImageRequest>((await CliRun.OfAsync(
            [.. Apply, "--platform", "linux/arm/v7", "--workdir", "/spool", "--force", "--verify", "signing.pub",
                "--allow-convert", "--additional-baseline", "oci:more:a", "--resume-dir", "kept", "--workers", "3",
                "--memory-budget", "1GiB", "--max-layer-size", "2GiB"])).Operations.Request);
        Assert.Equal(
            (new Platform("linux", "arm", "v7"), "/spool", true, "/srv/here/signing.pub", true, "/srv/here/kept"),
            (request.Platform, request.WorkDirectory, request.Overwrite, request.VerificationKeyPath,
                request.AllowConvert, request.ResumeDirectory));
        Assert.Equal("oci:/srv/here/more:a", Assert.Single(request.AdditionalBaselines).ToString());
        Assert.Equal((3, 1L << 30, 2L << 30), (request.Workers, request.MemoryBudget, request.MaxLayerSize));
    }

    [Theory]
    [InlineData("--next", "b.tar", "--next")]
    [InlineData("--name", "svc-a", "--name")]
    public async Task What_is_for_archives_alone_is_refused(string option, string value, string named)
    {
        var run = await CliRun.OfAsync([.. Apply, option, value]);
        Assert.Equal(2, run.ExitCode);
        Assert.Null(run.Operations.Called);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Contains(Image, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_to_resume_in_is_for_registries_alone()
    {
        foreach (string[] line in (string[][])[
            ["apply", "app.delta", "oci:layout:v1", "oci:layout:v2", "--resume-dir", "kept"],
            ["copy", Image, "oci:layout:v2", "--resume-dir", "kept"]])
        {
            var run = await CliRun.OfAsync(line);
            Assert.Equal(2, run.ExitCode);
            Assert.Null(run.Operations.Called);
            Assert.Contains("--resume-dir", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Unbundle_takes_no_image()
    {
        var run = await CliRun.OfAsync("unbundle", Image, "baselines.json", "outputs.json");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("diffah apply", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_says_which_way_was_taken()
    {
        var way = $"""
            way: chain, 3.0 KiB (3072 bytes) fetched
            delta: docker://r.example/app@{SampleRecords.Digest('4')}
            delta: docker://r.example/app@{SampleRecords.Digest('5')}
            why: Two deltas cost less than one.
            wrote 
            """;
        Assert.Contains(way, (await CliRun.WithAsync(Chained, Apply)).Output, StringComparison.Ordinal);
        Assert.Contains(way, (await CliRun.WithAsync(Chained, Copy)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_have_the_way()
    {
        var restored = (await CliRun.WithAsync(Chained, [.. Apply, "-o", "json"])).Data;
        Assert.Equal(Image, restored.GetProperty("archive").GetString());
        var copied = (await CliRun.WithAsync(Chained, [.. Copy, "-o", "json"])).Data;
        foreach (var pull in (System.Text.Json.JsonElement[])[
            restored.GetProperty("images")[0].GetProperty("pull"), copied.GetProperty("pull")])
        {
            pull.HasFields("kind deltas fetched_bytes why");
            Assert.Equal(("Chain", 2, 3072L), (pull.GetProperty("kind").GetString(),
                pull.GetProperty("deltas").GetArrayLength(), pull.GetProperty("fetched_bytes").GetInt64()));
        }
        Assert.Equal(3072, copied.GetProperty("savings").GetProperty("traveling_bytes").GetInt64());
    }

    [Fact]
    public async Task A_dry_run_shows_all_ways()
    {
        var run = await CliRun.OfAsync([.. Apply, "--dry-run"]);
        Assert.Equal("PullImageRequest -> PullPlan", run.Operations.Called);
        Assert.Equal($"""
            dry run: nothing was written
            image: {Image}
            manifest digest: {SampleRecords.Digest('2')}
            destination: oci:/srv/here/layout:v2
            published deltas: 3 (read: 2)

            --- delta (would be taken) ---
            fetches: 2.0 MiB (2097152 bytes), requests: 5
            delta: docker://r.example/app@{SampleRecords.Digest('4')} (2.0 MiB (2097152 bytes))

            --- plain ---
            fetches: 20.0 MiB (20971520 bytes), requests: 2

            why: One delta costs less than the layers.

            """, run.Output);
        var data = (await CliRun.OfAsync([.. Apply, "--dry-run", "-o", "json"])).Data;
        data.HasFields("image manifest_digest destination ways why listed_deltas read_deltas cut");
        data.GetProperty("ways")[0].HasFields("kind chosen bytes requests steps");
        data.GetProperty("ways")[0].GetProperty("steps")[0].HasFields(
            "delta baseline_digest target_digest bytes requests");
    }

    [Fact]
    public async Task A_copy_with_a_baseline_fetches_what_differs()
    {
        var run = await CliRun.OfAsync([.. Copy, "--include-referrers", "--resume-dir", "/kept", "--force",
            "--workdir", "spool", "--allow-convert"]);
        Assert.Equal((0, "PullImageRequest -> CopiedImage"), (run.ExitCode, run.Operations.Called));
        var request = Assert.IsType<PullImageRequest>(run.Operations.Request);
        Assert.Equal((Image, "oci:/srv/here/layout:v1", "oci:/srv/here/layout:v2"),
            (request.Image.ToString(), request.Baseline.ToString(), request.Destination.ToString()));
        Assert.Equal((true, "/kept", true, "/srv/here/spool", true, null), (request.IncludeReferrers,
            request.ResumeDirectory, request.Overwrite, request.WorkDirectory, request.AllowConvert,
            request.Platform));
        var all = await CliRun.OfAsync([.. Copy, "--all"]);
        Assert.Equal(2, all.ExitCode);
        Assert.Contains("--all", all.Error, StringComparison.Ordinal);
    }
}
