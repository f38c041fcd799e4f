using Diffah.Engine.Deltas;
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
            sent 1.0 MiB (1048576 bytes), manifests too; the delta has 2.0 MiB (2097152 bytes)

            """, run.Output);
    }

    [Fact]
    public async Task The_data_of_publish_are_those_documented()
    {
        var data = (await CliRun.OfAsync("publish", "app.delta", Image, "-o", "json")).Data;
        data.HasFields("delta sent_bytes was_published");
        data.GetProperty("delta").HasFields("reference digest target_digest artifact_type baselines bytes created_at "
            + "signed signed_by fitting_baseline needs_all_baselines");
        data.GetProperty("delta").GetProperty("baselines")[0].HasFields("manifest_digest config_digest source_hint");
        Assert.Equal("2026-01-02T03:04:05Z", data.GetProperty("delta").GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task Publish_by_policy_reads_its_options()
    {
        var run = await CliRun.OfAsync("publish", "--policy", "skip-list", Image, "--previous", "v0", "--previous",
            "v1", "--sign-key", "a.key", "--effort", "full", "--platform", "linux/arm64", "--workdir", "spool");
        var request = Assert.IsType<PublishByPolicyRequest>(run.Operations.Request);
        Assert.Equal((Image, "skip-list", "/srv/here/a.key", "/srv/here/spool"), (request.Image.ToString(),
            request.Policy, request.SigningKey!.Path, request.WorkDirectory));
        Assert.Equal("v0 v1", string.Join(' ', request.Previous));
        Assert.Equal((EncodingEffort.Full, Platform.Parse("linux/arm64"), true),
            (request.Encoding.Effort, request.Encoding.Platform, request.Encoding.RequirePlatform));
        Assert.Equal($"""
            delta: docker://r.example/app@{SampleRecords.Digest('4')}
            image: {SampleRecords.Digest('2')}
            from:  {SampleRecords.Digest('1')} (docker://r.example/app:v1)
            sent 1.0 MiB (1048576 bytes), manifests too; the delta has 2.0 MiB (2097152 bytes)

            no longer of use to the policy; nothing was deleted:
              docker://r.example/app@{SampleRecords.Digest('4')} from docker://r.example/app:v1

            """, run.Output);
        Assert.Equal("PublishByPolicyRequest -> PolicyPublication", run.Operations.Called);
    }

    [Fact]
    public async Task The_data_of_publish_by_policy_are_those_documented()
    {
        var data = (await CliRun.OfAsync("publish", "--policy", "recommended", Image, "-o", "json")).Data;
        data.HasFields("published unkept");
        data.GetProperty("published")[0].HasFields("delta sent_bytes was_published");
        Assert.Equal(SampleRecords.Digest('4'), data.GetProperty("unkept")[0].GetProperty("digest").GetString());
        var dry = (await CliRun.OfAsync("publish", "--policy", "recommended", Image, "-n", "-o", "json")).Data;
        dry.HasFields("image previous chosen");
        Assert.Equal("v3", dry.GetProperty("chosen")[0].GetString());
        Assert.Equal($"a delta from v3 to {Image}\na delta from v2 to {Image}\n",
            (await CliRun.OfAsync("publish", "--policy", "recommended", Image, "--dry-run")).Output);
    }

    [Theory]
    [InlineData("--policy", "all", Image)]
    [InlineData("--policy", "neighbours")]
    [InlineData("--policy", "neighbours", "app.delta", Image)]
    [InlineData("--policy", "neighbours", Image, "--verify", "a.pub")]
    [InlineData("app.delta", Image, "--previous", "v1")]
    [InlineData("app.delta", Image, "--dry-run")]
    [InlineData("app.delta", Image, "--sign-key", "a.key")]
    [InlineData("app.delta")]
    public async Task What_a_policy_has_no_use_for_is_refused(params string[] line)
    {
        var run = await CliRun.OfAsync(["publish", .. line]);
        Assert.Equal(2, run.ExitCode);
        Assert.Null(run.Operations.Called);
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
