using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class UnbundleVerbTests
{
    private static readonly string[] Line = ["unbundle", "bundle.tar", "baselines.json", "outputs.json"];

    [Fact]
    public async Task The_specs_name_baselines_and_destinations()
    {
        var request = await RequestAsync();
        Assert.Equal("/srv/here/bundle.tar", request.ArchivePath);
        Assert.Equal("oci:/srv/here/baselines.json.d:baseline", request.Baselines["svc-a"].ToString());
        Assert.Equal("oci:/srv/here/outputs.json.d:output", request.Destinations["svc-a"].ToString());
        Assert.Empty(request.Names);
        Assert.Equal((false, false, false, null),
            (request.Strict, request.AllowConvert, request.Overwrite, request.VerificationKeyPath));
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync("--strict", "--name", "svc-a", "--name=svc-b", "--verify", "k.pub",
            "--allow-convert", "--platform", "linux/arm64", "--workdir", "spool", "--force", "--additional-baseline",
            "oci:more:a");
        Assert.Equal("oci:/srv/here/more:a", Assert.Single(request.AdditionalBaselines).ToString());
        Assert.Equal("svc-a svc-b", string.Join(' ', request.Names));
        Assert.Equal((true, true, true, "/srv/here/k.pub"),
            (request.Strict, request.AllowConvert, request.Overwrite, request.VerificationKeyPath));
        Assert.Equal((new Platform("linux", "arm64"), "/srv/here/spool"), (request.Platform, request.WorkDirectory));
    }

    [Fact]
    public async Task One_name_takes_one_word() => Assert.Contains("one argument more",
        (await CliRun.OfAsync([.. Line, "--name", "svc-a", "svc-b"])).Error, StringComparison.Ordinal);

    [Fact]
    public async Task The_text_has_a_line_an_image_and_what_to_do_about_failures()
    {
        var run = await CliRun.OnAsync(host => host with { Time = new SlowTime() }, Line);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"""
            svc-a restored oci-archive:/srv/a.tar ({SampleRecords.Digest('2')})
            svc-b failed
              user: It is another.
              next: Give the right one.
            svc-c skipped
              user: No baseline was given.
              next: Give one.
            restored: 1 of 3 images, 4.0 KiB (4096 bytes) from 120.6 KiB (123456 bytes), -2914.1 % spared, in 1 min 05 s

            """, run.Output);
    }

    [Fact]
    public async Task The_data_have_the_archives_head_and_the_images()
    {
        var data = (await CliRun.OfAsync([.. Line, "-o", "json"])).Data;
        data.HasFields(
            "archive version feature tool tool_version created_at platform blobs total_archive_bytes "
                + "account_bytes patch_savings savings requires_zstd zstd_available images");
        var images = data.GetProperty("images").EnumerateArray().ToArray();
        Assert.All(images, image => image.HasFields("name status destination manifest_digest error conversion"));
        Assert.Equal(["restored", "failed", "skipped"], images.Select(i => i.GetProperty("status").GetString()));
        Assert.Equal("""{"category":"user","message":"It is another.","next_action":"Give the right one."}""",
            images[1].GetProperty("error").GetRawText());
        Assert.Equal(SampleRecords.Digest('2'), images[0].GetProperty("manifest_digest").GetString());
    }

    [Fact]
    public async Task A_dry_run_tells_of_every_image()
    {
        var run = await CliRun.OfAsync([.. Line, "-n"]);
        Assert.Equal((0, "RestoreBundleRequest -> RestorePlan"), (run.ExitCode, run.Operations.Called));
        Assert.Contains("destination: oci-archive:/srv/a.tar\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("would import: yes, converted\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("destination: not given\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("would import: no\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("  user: It is another.\n  next: Give the right one.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_of_a_dry_run_are_those_of_apply()
    {
        var images = (await CliRun.OfAsync([.. Line, "-n", "-o", "json"])).Data.GetProperty("images");
        var apply =
            (await CliRun.OfAsync("apply", "a", "oci:b", "oci:c", "-n", "-o", "json")).Data.GetProperty("images");
        images[0].HasFields(string.Join(' ', apply[0].EnumerateObject().Select(p => p.Name)));
        Assert.Equal((true, false),
            (images[0].GetProperty("would_convert").GetBoolean(), images[1].GetProperty("would_import").GetBoolean()));
        Assert.Equal("It is another.", images[1].GetProperty("problem").GetProperty("message").GetString());
    }

    private static async Task<RestoreBundleRequest> RequestAsync(params string[] options)
    {
        var run = await CliRun.OfAsync([.. Line, .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("RestoreBundleRequest -> RestoredBundle", run.Operations.Called);
        return (RestoreBundleRequest)run.Operations.Request!;
    }
}
