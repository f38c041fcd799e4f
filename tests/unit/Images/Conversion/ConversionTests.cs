using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Conversion;

/// <summary>
/// An image that a destination can't hold as it is, is converted where that is allowed: same id, same contents, known
/// bytes.
/// </summary>
public sealed class ConversionTests : IDisposable
{
    private readonly ConversionBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Compressions => ["none", "gzip", "zstd"];

    [SkippableTheory]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public async Task A_layer_in_a_compression_that_OCI_has_no_type_for_becomes_a_plain_one(string tool)
    {
        using var bench = new ConversionBench();
        await bench.ConvertAsync(ConversionBench.Docker(1, Compress), "oci:out");
        var (manifest, _, contents) = await bench.ReadAsync("oci:out");
        Assert.All(manifest.Layers, l => Assert.Equal(MediaTypes.OciLayer, l.MediaType));
        Assert.Equal(ConversionBench.Plain(1), contents);
        Assert.Equal(ConversionBench.Plain(1).Select(p => Digest.Compute(p)), manifest.Layers.Select(l => l.Digest));

        byte[] Compress(byte[] content)
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder["f"], content);
            ExternalTool.RunAsync(tool, folder["f"]).GetAwaiter().GetResult();
            return File.ReadAllBytes(Directory.GetFiles(folder.Path).Single());
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Every_OCI_image_becomes_the_same_Docker_image(string compression)
    {
        var image = ConversionBench.Oci(1, OciType(compression), Compress(compression));
        var expected = ConversionBench.Docker(1, l => l);
        var copied = await _bench.ConvertAsync(image, "docker-archive:out.tar");
        Assert.Equal(
            (expected.Manifest.Digest.ToString(), MediaTypes.DockerManifest), (copied.Digest, copied.MediaType));
        await AssertHoldsAsync("docker-archive:out.tar", image, expected.Manifest);
        var conversion = copied.Conversion!;
        Assert.Equal((image.Manifest.Digest.ToString(), MediaTypes.OciManifest),
            (conversion.OriginalManifestDigest, conversion.OriginalMediaType));
        Assert.Equal((copied.Digest, copied.MediaType), (conversion.ManifestDigest, conversion.MediaType));
        Assert.Equal(image.Layers.Select(l => (l.Digest.ToString(), l.MediaType)),
            conversion.Layers.Select(l => (l.OriginalDigest, l.OriginalMediaType)));
        Assert.Equal(expected.Layers.Select(l => (l.Digest.ToString(), l.MediaType, l.Size)),
            conversion.Layers.Select(l => (l.Digest, l.MediaType, l.Size)));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_Docker_image_with_compressed_layers_becomes_one_with_plain_ones(string compression)
    {
        var image = ConversionBench.Docker(1, Compress(compression));
        var copied = await _bench.ConvertAsync(image, "docker-archive:out.tar");
        Assert.Equal(ConversionBench.Docker(1, l => l).Manifest.Digest.ToString(), copied.Digest);
        await AssertHoldsAsync("docker-archive:out.tar", image, ConversionBench.Docker(1, l => l).Manifest);
    }

    [Fact]
    public async Task A_manifest_that_is_only_written_differently_is_written_anew()
    {
        var image = ConversionBench.Docker(1, l => l);
        var copied = await _bench.ConvertAsync(
            ConversionBench.Edit(image, "\"layers\":", " \"layers\":"), image, "docker-archive:out.tar");
        Assert.Equal(image.Manifest.Digest.ToString(), copied.Digest);
        Assert.All(copied.Conversion!.Layers, l => Assert.Equal(l.OriginalDigest, l.Digest));
        Assert.Empty(_bench.Log.Messages(EventLevel.Warning));
    }

    [Theory]
    [InlineData("oci:out:v1", "none")]
    [InlineData("oci:out:v1", "gzip")]
    [InlineData("oci-archive:out.tar", "gzip")]
    [InlineData("oci-archive:out.tar", "zstd")]
    public async Task A_Docker_image_becomes_an_OCI_image_of_the_same_layers(string destination, string compression)
    {
        var image = ConversionBench.Docker(1, Compress(compression));
        var layers = string.Join(',', image.Layers.Select(l => Json(l with { MediaType = OciType(compression) })));
        var expected =
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Json(image.Config with { MediaType = MediaTypes.OciConfig })}},"layers":[{{layers}}]}""";
        var copied = await _bench.ConvertAsync(image, destination);
        Assert.Equal(Digest.Compute(Encoding.UTF8.GetBytes(expected)).ToString(), copied.Digest);
        await AssertHoldsAsync(
            destination, image, new RawManifest(Encoding.UTF8.GetBytes(expected), MediaTypes.OciManifest));
        Assert.All(copied.Conversion!.Layers,
            l => Assert.Equal((l.OriginalDigest, OciType(compression)), (l.Digest, l.MediaType)));
    }

    [Theory]
    [InlineData("none", "docker-archive:a.tar", "docker-archive:b.tar")]
    [InlineData("gzip", "docker-archive:a.tar", "docker-archive:b.tar")]
    [InlineData("gzip", "oci-archive:a.tar", "oci-archive:b.tar")]
    public async Task Converting_twice_gives_the_same_bytes(string compression, string first, string second)
    {
        var image = first.StartsWith("oci", StringComparison.Ordinal)
            ? ConversionBench.Docker(2, Compress(compression))
            : ConversionBench.Oci(2, OciType(compression), Compress(compression));
        Assert.NotNull((await _bench.ConvertAsync(image, first)).Conversion);
        await _bench.ConvertAsync(image, second);
        Assert.Equal(await File.ReadAllBytesAsync(_bench["a.tar"]), await File.ReadAllBytesAsync(_bench["b.tar"]));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task There_and_back_is_the_same_image(string compression)
    {
        await _bench.ConvertAsync(ConversionBench.Docker(3, Compress(compression)), "oci-archive:there.tar");
        var back = await _bench.ConvertAsync("oci-archive:there.tar", "docker-archive:back.tar");
        Assert.Equal(ConversionBench.Docker(3, l => l).Manifest.Digest.ToString(), back.Digest);
    }

    [Fact]
    public async Task What_can_be_held_as_it_is_stays_as_it_is()
    {
        var oci = await _bench.ConvertAsync(
            ConversionBench.Oci(1, MediaTypes.OciLayerGzip, SampleImage.Gzip), "oci-archive:oci.tar");
        var docker = await _bench.ConvertAsync(ConversionBench.Docker(1, l => l), "docker-archive:docker.tar");
        var folder = await _bench.ConvertAsync(ConversionBench.Docker(1, SampleImage.Gzip), "dir:out");
        Assert.Equal((null, null, null), (oci.Conversion, docker.Conversion, folder.Conversion));
        Assert.Equal(ConversionBench.Docker(1, SampleImage.Gzip).Manifest.Digest.ToString(), folder.Digest);
    }

    [Theory]
    [InlineData("oci-archive:out.tar")]
    [InlineData("docker-archive:out.tar")]
    public async Task A_layer_is_fetched_once(string destination)
    {
        var image = ConversionBench.Docker(1, SampleImage.Gzip);
        await _bench.ConvertAsync(image, destination);
        Assert.All(image.BlobDescriptors, b => Assert.Equal(1, _bench.Memory.Opened[b.Digest]));
        Assert.Equal(["out.tar"], _bench.Written);
        Assert.Empty(_bench.Spooled);
    }

    [Fact]
    public async Task Conversion_tells_how_far_it_is()
    {
        var image = ConversionBench.Oci(1, MediaTypes.OciLayerGzip, SampleImage.Gzip);
        await _bench.ConvertAsync(image, "docker-archive:out.tar");
        var ends = _bench.Log.Events.OfType<ProgressEvent>().Where(e => e is { Status: "converting", Completed: true })
            .Select(e => (e.Done, e.Total)).Order();
        Assert.Equal(image.Layers.Select(l => l.Size).Distinct().Select(size => (size, (long?)size)).Order(), ends);
    }

    [Fact]
    public async Task What_Docker_has_no_place_for_is_dropped_and_told()
    {
        var image = ConversionBench.Oci(1, MediaTypes.OciLayer, l => l);
        var manifest = ConversionBench.Edit(image, "\"layers\":", "\"annotations\":{\"a\":\"b\"},\"layers\":");
        var copied = await _bench.ConvertAsync(manifest, image, "docker-archive:out.tar");
        Assert.Equal(ConversionBench.Docker(1, l => l).Manifest.Digest.ToString(), copied.Digest);
        Assert.EndsWith(
            "dropped: annotations.", Assert.Single(_bench.Log.Messages(EventLevel.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_of_a_Docker_manifest_stay()
    {
        var image = ConversionBench.Docker(1, l => l);
        await _bench.ConvertAsync(
            ConversionBench.Edit(image, "\"layers\":", "\"annotations\":{\"a\":\"b+c\"},\"layers\":"), image,
            "oci-archive:out.tar");
        var text = Encoding.UTF8.GetString((await _bench.ReadAsync("oci-archive:out.tar")).Manifest.Raw.Bytes.Span);
        Assert.EndsWith("],\"annotations\":{\"a\":\"b+c\"}}", text, StringComparison.Ordinal);
    }

    private async Task AssertHoldsAsync(string written, SampleImage image, RawManifest manifest)
    {
        var (read, config, contents) = await _bench.ReadAsync(written);
        Assert.Equal(Encoding.UTF8.GetString(manifest.Bytes.Span), Encoding.UTF8.GetString(read.Raw.Bytes.Span));
        Assert.Equal(image.Blobs[image.Config.Digest], config);
        Assert.Equal(ConversionBench.Plain(1), contents);
    }

    private static Func<byte[], byte[]> Compress(string compression) => compression switch
    {
        "gzip" => SampleImage.Gzip,
        "zstd" => LayerBytes.Zstd,
        _ => l => l,
    };

    private static string OciType(string compression) =>
        compression == "none" ? MediaTypes.OciLayer : $"{MediaTypes.OciLayer}+{compression}";

    private static string Json(Descriptor d) =>
        $$"""{"mediaType":"{{d.MediaType}}","digest":"{{d.Digest}}","size":{{d.Size}}}""";
}
