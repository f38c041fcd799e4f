using Diffah.Engine.Deltas;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class MergeVerbTests
{
    [Fact]
    public async Task The_last_path_is_the_archive_to_write()
    {
        var request = await RequestAsync("1.delta", "2.delta", "out.delta");
        Assert.Equal(["/srv/here/1.delta", "/srv/here/2.delta"], request.ArchivePaths.AsEnumerable());
        Assert.Equal(("/srv/here/out.delta", null, null, false),
            (request.OutputPath, request.Baseline, request.VerificationKeyPath, request.Overwrite));
        Assert.Empty(request.Baselines);
        Assert.Equal(new EncodingOptions(), request.Encoding);
    }

    [Fact]
    public async Task More_deltas_than_two_are_merged()
    {
        var request = await RequestAsync("1.delta", "2.delta", "3.delta", "4.delta", "out.delta");
        Assert.Equal(4, request.ArchivePaths.Length);
        Assert.Equal(("/srv/here/4.delta", "/srv/here/out.delta"), (request.ArchivePaths[3], request.OutputPath));
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync("1.delta", "2.delta", "out.delta", "--baseline", "oci:in:v1",
            "--verify", "k.pub", "--sign-key=k", "--force", "--compress=zstd", "--max-size=5%",
            "--workdir=spool", "--effort=full");
        Assert.Equal(("oci:/srv/here/in:v1", "/srv/here/k.pub", "/srv/here/k"),
            (request.Baseline!.ToString(), request.VerificationKeyPath, request.SigningKey!.Path));
        Assert.Equal((true, ArchiveCompression.Zstd, "5%", "/srv/here/spool", EncodingEffort.Full),
            (request.Overwrite, request.Compression, request.MaximumSize!.ToString(), request.WorkDirectory,
                request.Encoding.Effort));
    }

    [Fact]
    public async Task A_dry_run_plans_only()
    {
        var run = await CliRun.OfAsync("merge", "-n", "1.delta", "2.delta", "out.delta", "-o", "json");
        Assert.Equal((0, "MergeDeltasRequest -> DeltaPlan"), (run.ExitCode, run.Operations.Called));
    }

    [Fact]
    public async Task Two_paths_are_too_few()
    {
        var run = await CliRun.OfAsync("merge", "1.delta", "out.delta");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("DELTA-OUT", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_delta_may_come_through_standard_input_and_no_two()
    {
        var run = await CliRun.OfAsync("merge", "-", "-", "out.delta");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("standard input", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<MergeDeltasRequest> RequestAsync(params string[] line)
    {
        var run = await CliRun.OfAsync(["merge", .. line]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("MergeDeltasRequest -> DeltaArchive", run.Operations.Called);
        return (MergeDeltasRequest)run.Operations.Request!;
    }
}
