using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class ApplyVerbTests
{
    private static readonly string[] Line = ["apply", "app.delta.tar", "docker-archive:v1.tar", "oci-archive:out.tar"];

    [Fact]
    public async Task Arguments_alone_give_the_engines_defaults_and_absolute_paths()
    {
        var request = await RequestAsync();
        Assert.Equal("/srv/here/app.delta.tar", request.ArchivePath);
        Assert.Equal("docker-archive:/srv/here/v1.tar", request.Baseline.ToString());
        Assert.Equal("oci-archive:/srv/here/out.tar", request.Destination.ToString());
        Assert.Null(request.Platform);
        Assert.False(request.Overwrite);
        Assert.Equal((null, null, false), (request.ImageName, request.VerificationKeyPath, request.AllowConvert));
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync("--platform", "linux/arm/v7", "--workdir", "/spool", "--force", "--name",
            "svc-a", "--verify", "signing.pub", "--allow-convert", "--additional-baseline", "oci:more:a",
            "--additional-baseline=docker://mirror.example/app:v1");
        Assert.Equal(["oci:/srv/here/more:a", "docker://mirror.example/app:v1"],
            request.AdditionalBaselines.Select(b => b.ToString()));
        Assert.Equal(new Platform("linux", "arm", "v7"), request.Platform);
        Assert.Equal("/spool", request.WorkDirectory);
        Assert.True(request.Overwrite);
        Assert.Equal(("svc-a", "/srv/here/signing.pub", true),
            (request.ImageName, request.VerificationKeyPath, request.AllowConvert));
    }

    [Fact]
    public async Task Archives_that_follow_make_a_chain()
    {
        var request = await RequestAsync("--next", "b.tar", "--next=/far/c.tar");
        Assert.Equal(
            ["/srv/here/app.delta.tar", "/srv/here/b.tar"], request.PrecedingArchivePaths.AsEnumerable());
        Assert.Equal("/far/c.tar", request.ArchivePath);
    }

    [Fact]
    public async Task A_dry_run_of_a_chain_shows_each_archive_and_all_together()
    {
        var operations = new FakeOperations
        {
            Plan = SampleRecords.RestorePlan with
            {
                Archive = SampleRecords.Archive with { Path = "/srv/here/b.tar" },
                PrecedingArchives =
                    [SampleRecords.Archive with { Path = "/srv/here/app.delta.tar", ArchiveBytes = 1000 }],
            },
        };
        string[] line = [.. Line, "-n", "--next", "b.tar"];
        Assert.StartsWith("""
            dry run: nothing was written
            first: app.delta.tar, 1000 B (1000 bytes)
            all archives: 121.5 KiB (124456 bytes)
            archive: b.tar

            """, (await CliRun.WithAsync(operations, line)).Output, StringComparison.Ordinal);
        var data = (await CliRun.WithAsync(operations, [.. line, "-o", "json"])).Data;
        Assert.Equal("b.tar", data.GetProperty("archive").GetString());
        var first = Assert.Single(data.GetProperty("preceding_archives").EnumerateArray());
        first.HasFields("archive archive_bytes");
        Assert.Equal("app.delta.tar", first.GetProperty("archive").GetString());
    }

    [Fact]
    public async Task The_result_says_what_was_written()
    {
        var run = await CliRun.OnAsync(host => host with { Time = new SlowTime() }, Line);
        Assert.Equal($"""
            manifest digest: {SampleRecords.Digest('2')} ({SampleRecords.OciManifest})
            layers: 3 (baseline: 1, patch: 1, full: 1)
            wrote oci-archive:/srv/out.tar: 4.0 KiB (4096 bytes) from 1.0 KiB (1024 bytes), 75.0 % spared, in 1 min 05 s

            """, run.Output);
    }

    [Fact]
    public async Task The_data_list_the_images()
    {
        var data = (await CliRun.OfAsync([.. Line, "-o", "json"])).Data;
        data.HasFields("archive images");
        Assert.Equal("app.delta.tar", data.GetProperty("archive").GetString());
        data.GetProperty("images")[0].HasFields(
            "name destination manifest_digest media_type image_id platforms referrer_count layer_count full_layer_count "
                + "patch_layer_count baseline_layer_count image_bytes conversion savings pull");
    }

    [Fact]
    public async Task A_conversion_is_shown_old_to_new()
    {
        var operations =
            new FakeOperations { Restored = SampleRecords.Restored with { Conversion = SampleRecords.Conversion } };
        var text = (await CliRun.WithAsync(operations, [.. Line, "--allow-convert"])).Output;
        Assert.Contains($"""
            converted: {SampleRecords.DockerManifest} -> {SampleRecords.OciManifest}
            manifest: {SampleRecords.Digest('2')} -> {SampleRecords.Digest('5')}
            layer: {SampleRecords.Digest('a')} -> the same (oci.layer, 2.0 KiB)
            layer: {SampleRecords.Digest('b')} -> {SampleRecords.Digest('e')} (oci.tar, 17 B)

            """, text, StringComparison.Ordinal);
        var conversion = (await CliRun.WithAsync(operations, [.. Line, "-o", "json"])).Data.GetProperty("images")[0]
            .GetProperty("conversion");
        conversion.HasFields("original_manifest_digest original_media_type manifest_digest media_type layers");
        conversion.GetProperty("layers")[1].HasFields("original_digest original_media_type digest media_type size");
    }

    [Fact]
    public async Task A_dry_run_plans_only()
    {
        var run = await CliRun.OfAsync([.. Line, "-n"]);
        Assert.Equal((0, "RestoreImageRequest -> RestorePlan"), (run.ExitCode, run.Operations.Called));
        Assert.StartsWith(
            "dry run: nothing was written\narchive: app.delta.tar\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("would import: yes\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "layers: 3 (baseline: 1, archive: 2, of these patches: 1)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_of_a_dry_run_are_those_of_the_contract()
    {
        var data = (await CliRun.OfAsync([.. Line, "-n", "-o", "json"])).Data;
        data.HasFields(
            "archive version feature tool tool_version created_at platform blobs total_archive_bytes "
                + "account_bytes patch_savings savings requires_zstd zstd_available archive_bytes "
                + "preceding_archives images");
        Assert.Equal(123456, data.GetProperty("archive_bytes").GetInt64());
        data.GetProperty("images")[0].HasFields(
            "name baseline_manifest_digest target_manifest_digest baseline_provided would_import layer_count "
                + "archive_layer_count patch_layer_count baseline_layer_count destination would_convert problem");
    }

    private static async Task<RestoreImageRequest> RequestAsync(params string[] options)
    {
        var run = await CliRun.OfAsync([.. Line, .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("RestoreImageRequest -> RestoredImage", run.Operations.Called);
        return (RestoreImageRequest)run.Operations.Request!;
    }
}
