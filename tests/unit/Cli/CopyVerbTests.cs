using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class CopyVerbTests
{
    [Fact]
    public async Task Without_options_one_platform_is_copied()
    {
        var request = await RequestAsync("oci:in:v1", "docker://r.example/app:v1");
        Assert.Equal(("oci:/srv/here/in:v1", "docker://r.example/app:v1"),
            (request.Source.ToString(), request.Destination.ToString()));
        Assert.Equal((Platform.Default, false, false, false),
            (request.Platform, request.All, request.Overwrite, request.AllowConvert));
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync(
            "oci:in", "dir:out", "--platform", "linux/arm64", "--force", "--workdir", "spool", "--allow-convert");
        Assert.Equal((Platform.Parse("linux/arm64"), true, "/srv/here/spool", true),
            (request.Platform, request.Overwrite, request.WorkDirectory, request.AllowConvert));
    }

    [Theory]
    [InlineData("--all")]
    [InlineData("-a")]
    public async Task An_index_can_be_copied_whole(string option) =>
        Assert.True((await RequestAsync("oci:in", "dir:out", option)).All);

    [Fact]
    public async Task All_and_one_platform_contradict_each_other()
    {
        var run = await CliRun.OfAsync("copy", "oci:in", "dir:out", "--all", "--platform", "linux/arm64");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--all and --platform", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_tells_what_was_written()
    {
        var run = await CliRun.OnAsync(
            host => host with { Time = new SlowTime() }, "copy", "oci:in", "docker://r.example/app:v1");
        Assert.Equal($"""
            digest: {SampleRecords.Digest('2')} (application/vnd.oci.image.index.v1+json)
            images: 3 (linux/amd64, linux/arm/v7, unknown)
            layers: 5
            wrote docker://r.example/app:v1: 3.0 MiB (3145728 bytes) for 3 images of 4.0 MiB (4194304 bytes), 25.0 % spared, in 1 min 05 s

            """, run.Output);
        Assert.True(run.Operations.Disposed);
    }

    [Fact]
    public async Task The_data_are_those_documented()
    {
        var data = (await CliRun.OfAsync("copy", "oci:in", "dir:out", "-o", "json")).Data;
        data.HasFields(
            "source destination digest media_type image_id platforms image_count referrer_count layer_count "
                + "copied_bytes total_bytes conversion savings pull");
        Assert.Equal("""["linux/amd64","linux/arm/v7","unknown"]""", data.GetProperty("platforms").GetRawText());
        Assert.Equal(3 << 20, data.GetProperty("copied_bytes").GetInt64());
    }

    [Fact]
    public async Task A_conversion_is_shown()
    {
        var operations =
            new FakeOperations { Copied = SampleRecords.Copied with { Conversion = SampleRecords.Conversion } };
        var run = await CliRun.WithAsync(operations, "copy", "docker-archive:in.tar", "oci:out", "--allow-convert");
        Assert.Contains($"manifest: {SampleRecords.Digest('2')} -> {SampleRecords.Digest('5')}\n", run.Output,
            StringComparison.Ordinal);
        var data = (await CliRun.WithAsync(
            operations, "copy", "docker-archive:in.tar", "oci:out", "--allow-convert", "-o", "json")).Data;
        Assert.Equal(
            SampleRecords.Digest('5'), data.GetProperty("conversion").GetProperty("manifest_digest").GetString());
    }

    private static async Task<CopyImageRequest> RequestAsync(params string[] args) =>
        Assert.IsType<CopyImageRequest>((await CliRun.OfAsync(["copy", .. args])).Operations.Request);
}
