using Diffah.Engine.Deltas;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class BundleVerbTests
{
    [Fact]
    public async Task The_spec_names_the_images()
    {
        var request = await RequestAsync();
        var pair = Assert.Single(request.Pairs);
        Assert.Equal(("svc-a", "oci:/srv/here/spec/bundle.json.d:v1", "oci:/srv/here/spec/bundle.json.d:v2"),
            (pair.Name, pair.Baseline!.ToString(), pair.Target.ToString()));
        Assert.Equal(("/srv/here/bundle.tar", new EncodingOptions(), false),
            (request.OutputPath, request.Encoding, request.Overwrite));
    }

    [Fact]
    public async Task The_options_are_those_of_diff()
    {
        var request = await RequestAsync(
            "--workers=2", "--compress=zstd", "--sign-key=k", "--workdir=spool", "--force", "--max-size=5%");
        Assert.Equal("5%", request.MaximumSize!.ToString());
        Assert.Equal((2, ArchiveCompression.Zstd, "/srv/here/k"),
            (request.Encoding.Workers, request.Compression, request.SigningKey!.Path));
        Assert.Equal(("/srv/here/spool", true), (request.WorkDirectory, request.Overwrite));
    }

    [Fact]
    public async Task A_dry_run_plans_only()
    {
        var run = await CliRun.OfAsync("bundle", "-n", "bundle.json", "/dev/null", "-o", "json");
        Assert.Equal((0, "CreateBundleRequest -> DeltaPlan"), (run.ExitCode, run.Operations.Called));
        run.Data.HasFields("total_images total_blobs archive_bytes images savings");
    }

    [Fact]
    public async Task The_data_are_those_of_diff()
    {
        var bundled = (await CliRun.OfAsync("bundle", "bundle.json", "out.tar", "-o", "json")).Data;
        var made = (await CliRun.OfAsync("diff", "oci:a", "oci:b", "out.tar", "-o", "json")).Data;
        Assert.Equal(made.GetRawText(), bundled.GetRawText());
    }

    private static async Task<CreateBundleRequest> RequestAsync(params string[] options)
    {
        var run = await CliRun.OfAsync(["bundle", "spec/bundle.json", "bundle.tar", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("CreateBundleRequest -> DeltaArchive", run.Operations.Called);
        return (CreateBundleRequest)run.Operations.Request!;
    }
}
