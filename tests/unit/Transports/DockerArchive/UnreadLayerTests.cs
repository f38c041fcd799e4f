using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports.DockerArchive;

/// <summary>What is shown of a Docker archive, of whose layers nothing is read.</summary>
public sealed class UnreadLayerTests : IDisposable
{
    private readonly TransportBench _bench = new();
    private readonly byte[] _plain = SampleImage.Layer(1, 1, 100_000);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_compressed_layer_is_shown_without_what_only_its_content_says()
    {
        var stored = SampleImage.Gzip(_plain);
        stored.AsSpan(10).Fill(0xEE); // whoever reads it fails
        Save(stored);
        var shown = await ShowAsync();
        Assert.Null(shown.Digest);
        Assert.Equal((Digest.Compute(_plain).ToString(), (long)stored.Length, "linux/amd64"),
            (shown.Layers[0].Digest, shown.Layers[0].Size, shown.Platform));
        Assert.Equal(Digest.Compute(Config).ToString(), shown.ConfigDigest);
        await using var source = await _bench.OpenAsync(TransportNames.DockerArchive, "x.tar");
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => source.GetManifestAsync(null, default));
    }

    [Fact]
    public async Task A_plain_layer_is_shown_whole()
    {
        Save(new byte[_plain.Length]); // not what the configuration says
        var shown = await ShowAsync();
        Assert.NotNull(shown.Digest);
        Assert.Equal(_plain.Length, shown.Layers[0].Size);
    }

    [Fact]
    public async Task A_name_with_a_digest_means_the_image_of_that_digest()
    {
        Save(_plain);
        var digest = (await ShowAsync()).Digest;
        Assert.Equal(digest, (await ShowAsync($"x.tar:app:v1@{digest}")).Digest);
        await AssertFailsAsync(
            DiffahErrors.ImageNotFound, () => ShowAsync($"x.tar:app:v1@{Digest.Compute(_plain)}"));
        var named = _bench.Reference(TransportNames.DockerArchive, $"out.tar:app:v1@{Digest.Compute(_plain)}");
        await AssertFailsAsync(DiffahErrors.ConversionRefused, () => CopyAsync(named));
        await CopyAsync(_bench.Reference(TransportNames.DockerArchive, $"out.tar:app:v1@{digest}"));
        Assert.Equal(digest, (await ShowAsync("out.tar:app:v1")).Digest);
    }

    [Fact]
    public async Task One_name_of_different_images_is_not_guessed_between()
    {
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Config).Replace("amd64", "arm64",
            StringComparison.Ordinal));
        new TarBuilder().File("a.json", Config).File("b.json", other).File("layer.tar", _plain).File("manifest.json",
            """
            [{"Config":"a.json","RepoTags":["app:v1","same"],"Layers":["layer.tar"]},
             {"Config":"b.json","RepoTags":["app:v1"],"Layers":["layer.tar"]},
             {"Config":"a.json","RepoTags":["same","same"],"Layers":["layer.tar"]}]
            """).Save(_bench["x.tar"]);
        var error = await AssertFailsAsync(DiffahErrors.AmbiguousImage, () => ShowAsync("x.tar:app:v1"));
        Assert.Contains("@0, @1", error.Message, StringComparison.Ordinal);
        Assert.Equal("linux/arm64", (await ShowAsync("x.tar:@1")).Platform);
        Assert.Equal("linux/amd64", (await ShowAsync("x.tar:same")).Platform);
    }

    [Fact]
    public async Task Very_many_images_of_one_archive_cost_little()
    {
        // As many as a manifest.json of 4 MiB has room for, which share what they are made of.
        var entries = string.Join(',', Enumerable.Repeat("""{"Config":"c","Layers":["l"]}""", 130_000));
        new TarBuilder().File("c", Config).File("l", _plain).File("manifest.json", $"[{entries}]")
            .Save(_bench["x.tar"]);
        Assert.Equal("linux/amd64", (await ShowAsync("x.tar:@129999")).Platform);
        Assert.Equal("linux/amd64", (await ShowAsync()).Platform); // they are one image
        new TarBuilder().File("manifest.json", $"[{entries},{entries}]").Save(_bench["x.tar"]);
        await AssertFailsAsync(DiffahErrors.SizeMismatch, () => ShowAsync());
    }

    private byte[] Config => Encoding.UTF8.GetBytes(
        $$$"""{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["{{{Digest.Compute(_plain)}}}"]}}""");

    private void Save(byte[] layer) => new TarBuilder().File("c.json", Config).File("layer.tar", layer).File(
        "manifest.json", """[{"Config":"c.json","RepoTags":["app:v1"],"Layers":["layer.tar"]}]""")
        .Save(_bench["x.tar"]);

    private Task<ImageDetails> ShowAsync(string name = "x.tar") => new GetImage(TransportCatalog.Default).RunAsync(
        _bench.Reference(TransportNames.DockerArchive, name), Platform.Default, EventSink.None, default);

    private Task<CopiedImage> CopyAsync(ImageReference to) => new CopyImage(TransportCatalog.Default).RunAsync(
        new CopyImageRequest
        {
            Source = _bench.Reference(TransportNames.DockerArchive, "x.tar"),
            Destination = to,
            WorkDirectory = _bench[""],
        }, EventSink.None, default);
}
