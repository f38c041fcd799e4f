using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Operations;

public sealed class GetImageTests
{
    private readonly InMemoryTransport _memory = new();

    [Fact]
    public async Task An_image_tells_of_manifest_configuration_and_layers()
    {
        var image = SampleImage.Oci(1);
        _memory.Add("/image", image);
        var details = await GetAsync("dir:/image");
        Assert.Equal(("dir:/image", image.Manifest.Digest.ToString(), MediaTypes.OciManifest),
            (details.Reference, details.Digest, details.MediaType));
        Assert.Equal((image.Config.Digest.ToString(), MediaTypes.OciConfig, image.Config.Size),
            (details.ConfigDigest, details.ConfigMediaType, details.ConfigSize));
        Assert.Equal(("linux/amd64", new DateTimeOffset(2024, 1, 1, 0, 0, 1, TimeSpan.Zero)),
            (details.Platform, details.Created!.Value));
        Assert.Equal(image.Layers.Select((l, i) => (i, l.Digest.ToString(), l.Size, l.MediaType)),
            details.Layers.Select(l => (l.Index, l.Digest, l.Size, l.MediaType)));
        Assert.Equal([Digest.Compute(SampleImage.Layer(1, 1, 3000)).ToString(),
            Digest.Compute(SampleImage.Layer(1, 2, 200_000)).ToString()], details.Layers.Select(l => l.DiffId));
        Assert.Equal((2, image.Layers.Sum(l => l.Size)), (details.LayerCount, details.LayerBytes));
        Assert.Null(details.IndexDigest);
        Assert.Empty(details.Platforms);
    }

    [Fact]
    public async Task No_layer_is_read()
    {
        var image = SampleImage.Oci(1);
        _memory.Add("/image", image);
        await GetAsync("dir:/image");
        Assert.Equal([image.Config.Digest], _memory.Opened.Keys);
    }

    [Fact]
    public async Task A_layer_that_is_there_twice_counts_once()
    {
        _memory.Add("/image", SampleImage.DockerPlain(1));
        var details = await GetAsync("dir:/image");
        Assert.Equal((3, details.Layers[0].Size + details.Layers[1].Size), (details.LayerCount, details.LayerBytes));
    }

    [Fact]
    public async Task An_index_lists_its_platforms()
    {
        var index = SampleIndex.Oci(1);
        var details = await GetAsync("dir:/index", "linux/arm64", index.In("/index"));
        Assert.Equal((index.Images[1].Manifest.Digest.ToString(), "linux/arm64", index.Root.Digest.ToString()),
            (details.Digest, details.Platform, details.IndexDigest));
        Assert.Equal(["linux/amd64", "linux/arm64", "unknown/unknown", null, "linux/amd64/v2"],
            details.Platforms.Select(p => p.Platform));
        Assert.Equal((index.Images[0].Manifest.Digest.ToString(), (long)index.Images[0].Manifest.Bytes.Length),
            (details.Platforms[0].Digest, details.Platforms[0].Size));
        Assert.Equal(MediaTypes.OciIndex, details.Platforms[3].MediaType);
    }

    [Fact]
    public async Task Another_platform_is_not_found() =>
        await TransportConformance.AssertFailsAsync(DiffahErrors.PlatformNotFound,
            () => GetAsync("dir:/index", "linux/s390x", SampleIndex.Oci(1).In("/index")));

    [Theory]
    [InlineData("linux/arm64")]
    [InlineData("windows/amd64")]
    public async Task An_image_that_is_for_another_platform_than_was_asked_for_is_refused(string platform)
    {
        _memory.Add("/image", SampleImage.Oci(1));
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.PlatformNotFound, () => AskAsync("dir:/image", platform, new EventLog()));
    }

    [Fact]
    public async Task An_image_is_taken_where_nobody_asked_for_a_platform_or_asked_for_its_own()
    {
        _memory.Add("/image", SampleImage.Oci(1));
        var events = new EventLog();
        Assert.Equal("linux/amd64", (await GetAsync("dir:/image", "linux/arm64")).Platform);
        Assert.Equal("linux/amd64", (await AskAsync("dir:/image", "linux/amd64", events)).Platform);
        Assert.Equal("linux/amd64", (await AskAsync("dir:/image", "linux/amd64/v2", events)).Platform);
        Assert.Empty(events.Messages(EventLevel.Warning));
    }

    [Fact]
    public async Task An_image_that_does_not_say_its_platform_is_taken_with_a_warning()
    {
        _memory.Add("/image", SampleImage.Oci(1).WithConfig("{}"u8.ToArray()));
        var events = new EventLog();
        Assert.Null((await AskAsync("dir:/image", "linux/arm64", events)).Platform);
        Assert.Contains("linux/arm64", Assert.Single(events.Messages(EventLevel.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_index_lists_for_the_platform_is_taken() =>
        Assert.Equal("linux/arm64",
            (await AskAsync("dir:/index", "linux/arm64", new EventLog(), SampleIndex.Oci(1).In("/index"))).Platform);

    [Theory]
    [InlineData("2024-05-06T07:08:09.123456789Z", 638505760891234567)]
    [InlineData("2024-05-06T07:08:09+02:00", 638505688890000000)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void A_time_is_read_where_there_is_one(string text, long? ticks) =>
        Assert.Equal(ticks,
            ImageConfig.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"created":"{{text}}"}""")).Created?.UtcTicks);

    private Task<ImageDetails> AskAsync(
        string reference, string platform, EventLog events, InMemoryTransport? memory = null) =>
        new GetImage(new TransportCatalog([memory ?? _memory])) { RequirePlatform = true }
            .RunAsync(ImageReference.Parse(reference), Platform.Parse(platform), events.Sink, default);

    private Task<ImageDetails> GetAsync(
        string reference, string platform = "linux/amd64", InMemoryTransport? memory = null) =>
        new GetImage(new TransportCatalog([memory ?? _memory])).RunAsync(
            ImageReference.Parse(reference), Platform.Parse(platform), EventSink.None, default);
}
