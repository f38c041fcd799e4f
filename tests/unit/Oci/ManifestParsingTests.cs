using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Oci;

public sealed class ManifestParsingTests
{
    private const string D = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public void A_manifest_is_read_and_its_bytes_are_kept()
    {
        var raw =
            Raw($$$"""{ "config":{"mediaType":"c","digest":"{{{D}}}","size":7}, "layers":[{"mediaType":"l","digest":"{{{D}}}","size":0,"annotations":{"a":"b"}}], "x":1 }""");
        var manifest = ImageManifest.Parse(raw);
        Assert.Equal(("c", 7L), (manifest.Config.MediaType, manifest.Config.Size));
        Assert.Equal("b", Assert.Single(manifest.Layers).Annotations!["a"]);
        Assert.Same(raw, manifest.Raw);
        Assert.Equal(Digest.Compute(raw.Bytes.Span), manifest.Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"config":1}""")]
    [InlineData("""{"config":{"digest":"D","size":1}}""")]
    [InlineData("""{"config":{"mediaType":1,"digest":"D","size":1}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D"}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":-1}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":1.5}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":"1"}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":99999999999999999999}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":1},"layers":{}}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":1},"layers":[null]}""")]
    [InlineData("""{"config":{"mediaType":"c","digest":"D","size":1,"annotations":{"a":1}}}""")]
    [InlineData("""{"config":{"mediaType":"\ud800","digest":"D","size":1}}""")]
    [InlineData("""{"\udc00":1}""")]
    public void A_malformed_manifest_is_refused(string json) =>
        Assert.Equal(DiffahErrors.InvalidManifest,
            Assert.Throws<DiffahException>(
                () => ImageManifest.Parse(Raw(json.Replace("\"D\"", $"\"{D}\"", StringComparison.Ordinal)))).Error);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Equal(DiffahErrors.InvalidManifest,
            Assert.Throws<DiffahException>(
                () => ImageManifest.Parse(Raw(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))))).Error);

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_document_is_nested_64_deep_at_the_most(int inside, bool isRead)
    {
        var nested = new string('[', inside) + new string(']', inside);
        var text = $$"""{"mediaType":"{{MediaTypes.OciManifest}}","x":{{nested}} }""";
        Func<string> detect = () => ImageManifest.DetectMediaType(Encoding.UTF8.GetBytes(text), null);
        if (isRead)
            Assert.Equal(MediaTypes.OciManifest, detect());
        else
            Assert.Equal(DiffahErrors.InvalidManifest, Assert.Throws<DiffahException>(detect).Error);
    }

    [Fact]
    public void Text_that_is_no_UTF8_is_refused()
    {
        byte[] bytes = [.. "{\"mediaType\":\""u8, 0xBB, .. "\"}"u8];
        Assert.Equal(DiffahErrors.InvalidManifest,
            Assert.Throws<DiffahException>(() => ImageManifest.DetectMediaType(bytes, null)).Error);
    }

    [Theory]
    [InlineData("""{"mediaType":"own"}""", "declared", "own")]
    [InlineData("""{"mediaType":"own"}""", null, "own")]
    [InlineData("""{"mediaType":""}""", "declared", "declared")]
    [InlineData("""{}""", "declared", "declared")]
    [InlineData("""{"manifests":[]}""", null, MediaTypes.OciIndex)]
    [InlineData("""{"config":{}}""", null, MediaTypes.OciManifest)]
    public void The_media_type_is_detected(string json, string? declared, string expected) =>
        Assert.Equal(expected, ImageManifest.DetectMediaType(Encoding.UTF8.GetBytes(json), declared));

    [Theory]
    [InlineData("""{"config":{},"layers":[],"manifests":[]}""", null)] // CVE-2021-41190
    [InlineData("""{"layers":[],"manifests":[]}""", MediaTypes.OciIndex)]
    [InlineData("""{"config":{},"layers":[]}""", MediaTypes.OciIndex)]
    [InlineData("""{"config":{},"layers":[]}""", MediaTypes.DockerManifestList)]
    [InlineData("""{"manifests":[]}""", MediaTypes.OciManifest)]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.OciIndex}}}","config":{},"layers":[]}""", null)]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.DockerManifest}}}","manifests":[]}""", null)]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.OciIndex}}}"}""", MediaTypes.OciManifest)]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}"}""", MediaTypes.DockerManifestList)]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{}}""", MediaTypes.OciLayer)]
    [InlineData("""{"mediaType":"application/vnd.example","config":{}}""", MediaTypes.OciManifest)]
    public void What_can_be_read_in_two_ways_is_refused(string json, string? declared)
    {
        var error = Assert.Throws<DiffahException>(
            () => ImageManifest.DetectMediaType(Encoding.UTF8.GetBytes(json), declared));
        Assert.Equal(DiffahErrors.InvalidManifest, error.Error);
        Assert.Contains("two ways", error.Message, StringComparison.Ordinal);
        Assert.Contains("Do not use", error.NextAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{}}""", MediaTypes.DockerManifest)]
    [InlineData($$$"""{"mediaType":"{{{MediaTypes.DockerManifestList}}}","manifests":[]}""", MediaTypes.OciIndex)]
    [InlineData("""{"config":{},"layers":[],"manifests":null}""", MediaTypes.OciManifest)]
    public void One_kind_under_two_types_is_what_it_calls_itself(string json, string declared) =>
        Assert.Equal(MediaTypes.IsIndex(declared),
            MediaTypes.IsIndex(ImageManifest.DetectMediaType(Encoding.UTF8.GetBytes(json), declared)));

    [Fact]
    public void A_manifest_of_the_first_schema_is_named()
    {
        var error = Assert.Throws<DiffahException>(
            () => ImageManifest.DetectMediaType("""{"schemaVersion":1,"fsLayers":[]}"""u8.ToArray(), null));
        Assert.Contains("schema 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_is_read()
    {
        var index = ImageIndex.Parse(Raw(
            $$$"""{"manifests":[{"mediaType":"m","digest":"{{{D}}}","size":1,"platform":{"os":"linux","architecture":"arm","variant":"v7"},"annotations":{"org.opencontainers.image.ref.name":"v1"}},{"mediaType":"m","digest":"{{{D}}}","size":1,"platform":{}}]}"""));
        Assert.Equal("linux/arm/v7", index.Manifests[0].Platform!.ToString());
        Assert.Equal("v1", index.Manifests[0].RefName);
        Assert.Null(index.Manifests[1].Platform);
        Assert.Null(index.Manifests[1].RefName);
    }

    [Fact]
    public void A_configuration_is_read()
    {
        var config =
            ImageConfig.Parse(
                Encoding.UTF8.GetBytes(
                    $$$"""{"os":"linux","architecture":"arm64","variant":"","rootfs":{"diff_ids":["{{{D}}}"]}}"""));
        Assert.Equal(Platform.Parse("linux/arm64"), config.Platform);
        Assert.Equal([Digest.Parse(D)], config.DiffIds.AsEnumerable());
        Assert.Empty(ImageConfig.Parse("{}"u8.ToArray()).DiffIds);
        Assert.Null(ImageConfig.Parse("{}"u8.ToArray()).Platform);
        Assert.Throws<DiffahException>(() => ImageConfig.Parse("""{"rootfs":{"diff_ids":[1]}}"""u8.ToArray()));
    }

    private static RawManifest Raw(string json) => new(Encoding.UTF8.GetBytes(json), MediaTypes.OciManifest);
}
