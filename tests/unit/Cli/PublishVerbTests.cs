using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

/// <summary><c>diffah publish</c> and <c>diffah find</c>.</summary>
public sealed class PublishVerbTests
{
    private const string Image = "docker://r.example/app:v2";

    [Fact]
    public async Task Publish_reads_the_archive_and_its_place()
    {
        var run = await CliRun.OfAsync("publish", "app.delta", Image, "--verify", "a.pub", "--workdir", "spool");
        var request = Assert.IsType<PublishDeltaRequest>(run.Operations.Request);
        Assert.Equal(("/srv/here/app.delta", Image, "/srv/here/a.pub", "/srv/here/spool"),
            (request.ArchivePath, request.Image.ToString(), request.VerificationKeyPath, request.WorkDirectory));
        Assert.Equal($"""
            delta: docker://r.example/app@{SampleRecords.Digest('4')}
            image: {SampleRecords.Digest('2')}
            from:  {SampleRecords.Digest('1')} (docker://r.example/app:v1)
            sent 1.0 MiB (1048576 bytes) of 2.0 MiB (2097152 bytes)

            """, run.Output);
    }

    [Fact]
    public async Task The_data_of_publish_are_those_documented()
    {
        var data = (await CliRun.OfAsync("publish", "app.delta", Image, "-o", "json")).Data;
        data.HasFields("delta sent_bytes was_published");
        data.GetProperty("delta").HasFields("reference digest target_digest artifact_type baselines bytes created_at "
            + "signed signed_by fitting_baseline");
        data.GetProperty("delta").GetProperty("baselines")[0].HasFields("manifest_digest config_digest source_hint");
        Assert.Equal("2026-01-02T03:04:05Z", data.GetProperty("delta").GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task Find_reads_its_options()
    {
        var run = await CliRun.OfAsync("find", Image, "--baseline", "oci:in:v1", "--baseline", "dir:other",
            "--key", "a.pub", "--platform", "linux/arm64");
        var request = Assert.IsType<FindDeltasRequest>(run.Operations.Request);
        Assert.Equal(["oci:/srv/here/in:v1", "dir:/srv/here/other"], request.Baselines.Select(b => b.ToString()));
        Assert.Equal((Image, "/srv/here/a.pub", Platform.Parse("linux/arm64")),
            (request.Image.ToString(), request.VerificationKeyPath, request.Platform));
    }

    [Fact]
    public async Task Find_shows_a_line_for_each_delta()
    {
        var run = await CliRun.OfAsync("find", Image);
        Assert.Equal($"""
               SIZE  CREATED               SIGNED  FROM                       DELTA
            2.0 MiB  2026-01-02T03:04:05Z  yes     docker://r.example/app:v1  docker://r.example/app@{SampleRecords.Digest('4')}

            """, run.Output);
        var data = (await CliRun.OfAsync("find", Image, "-o", "json")).Data;
        data.HasFields("image deltas");
        Assert.Equal(SampleRecords.Digest('4'), data.GetProperty("deltas")[0].GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Find_says_that_there_is_none()
    {
        var none = new FakeOperations { Published = [] };
        Assert.Equal($"no delta is published beside {Image}\n", (await CliRun.WithAsync(none, "find", Image)).Output);
        Assert.Equal($"no delta for the baselines is published beside {Image}\n",
            (await CliRun.WithAsync(none, "find", Image, "--baseline", "dir:v1")).Output);
        Assert.Equal(0, (await CliRun.WithAsync(none, "find", Image)).ExitCode);
    }
}
