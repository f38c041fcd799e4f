using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Cli;

public sealed class ImageInfoVerbTests
{
    [Theory]
    [InlineData("image oci:in:v1", "oci:/srv/here/in:v1", "linux/amd64")]
    [InlineData("image docker://r.example/app --platform linux/arm/v7", "docker://r.example/app", "linux/arm/v7")]
    public async Task The_image_and_its_platform_are_asked_for(string line, string reference, string platform) =>
        Assert.Equal(
            (ImageReference.Parse(reference), Platform.Parse(platform)),
            (await CliRun.OfAsync(line.Split(' '))).Operations.Request);

    [Fact]
    public async Task The_text_has_a_line_a_layer_and_a_platform()
    {
        var run = await CliRun.OfAsync("image", "oci:in:v1");
        Assert.Equal($"""
            image: oci:/srv/in:v1
            digest: {SampleRecords.Digest('1')} ({SampleRecords.OciManifest})
            index: {SampleRecords.Digest('9')}
            platform: linux/amd64
            created: 2026-01-02T03:04:05.25Z
            config: {SampleRecords.Digest('c')} (application/vnd.oci.image.config.v1+json, 700 bytes)
            layers: 2 (3.0 MiB)
              #  LAYER{new string(' ', 66)}     SIZE  DIFF ID              MEDIA TYPE  CREATED BY
              0  {SampleRecords.Digest('a')}  3.0 MiB  sha256:dddddddddddd  layer+gzip  RUN make
              1  {SampleRecords.Digest('b')}  2.0 KiB  -                    layer
            platforms: 2
              PLATFORM     MANIFEST{new string(' ', 63)}  MEDIA TYPE
              linux/amd64  {SampleRecords.Digest('1')}  {SampleRecords.OciManifest}
              -            {SampleRecords.Digest('3')}  {SampleRecords.OciManifest}

            """, run.Output);
    }

    [Fact]
    public async Task What_an_image_does_not_say_is_left_out()
    {
        var plain =
            SampleRecords.ImageDetails with { IndexDigest = null, Platforms = [], Created = null, Platform = null };
        var run = await CliRun.WithAsync(new FakeOperations { Image = plain }, "image", "oci:in:v1");
        Assert.All("index: platform created:".Split(' '),
            word => Assert.DoesNotContain(word, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_data_are_those_documented()
    {
        var data = (await CliRun.OfAsync("image", "oci:in:v1", "-o", "json")).Data;
        data.HasFields(
            "reference digest media_type platform created config layer_count layer_bytes layers "
                + "index_digest platforms");
        data.GetProperty("config").HasFields("digest media_type size");
        data.GetProperty("layers")[0].HasFields("index digest diff_id size media_type created_by");
        data.GetProperty("platforms")[1].HasFields("platform digest media_type size");
        Assert.Equal(("2026-01-02T03:04:05.25Z", 3147728),
            (data.GetProperty("created").GetString(), data.GetProperty("layer_bytes").GetInt64()));
        Assert.Equal("null", data.GetProperty("layers")[1].GetProperty("diff_id").GetRawText());
    }
}
