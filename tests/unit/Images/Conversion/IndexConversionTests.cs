using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Conversion;

/// <summary>A Docker manifest list becomes an OCI index, image by image.</summary>
public sealed class IndexConversionTests : IDisposable
{
    private readonly ConversionBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("oci:out:v1")]
    [InlineData("oci-archive:out.tar")]
    public async Task A_manifest_list_becomes_an_index_of_converted_images(string destination)
    {
        var list = SampleIndex.Docker(1);
        var copied = await _bench.ConvertAsync(list, destination);
        var alone = await _bench.ConvertAsync(list.Images[0], "oci-archive:alone.tar");
        var size = (await _bench.ReadAsync("oci-archive:alone.tar")).Manifest.Raw.Bytes.Length;
        var expected =
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}","manifests":[{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{alone.Digest}}}","size":{{{size}}},"platform":{"os":"linux","architecture":"amd64"}}]}""";
        Assert.Equal((Digest.Compute(Encoding.UTF8.GetBytes(expected)).ToString(), MediaTypes.OciIndex, 1),
            (copied.Digest, copied.MediaType, copied.ImageCount));
        Assert.Equal((list.Root.Digest.ToString(), MediaTypes.DockerManifestList),
            (copied.Conversion!.OriginalManifestDigest, copied.Conversion.OriginalMediaType));
        Assert.Equal(
            list.Images[0].Layers.Select(l => l.Digest.ToString()), copied.Conversion.Layers.Select(l => l.Digest));
        Assert.Equal(alone.Digest, (await _bench.ReadAsync(destination)).Manifest.Digest.ToString());
    }

    [Fact]
    public async Task In_a_mixed_index_what_is_OCI_stays_as_it_is()
    {
        var (docker, oci) = (SampleImage.DockerGzip(1), SampleImage.Oci(2, "arm64"));
        var nested = SampleIndex.Index(MediaTypes.OciIndex, (oci.Manifest, "linux/arm64"));
        var root = SampleIndex.Index(MediaTypes.OciIndex, (nested, null), (docker.Manifest, "linux/amd64"));
        _bench.Memory.Add("/in", root, [nested, docker.Manifest, oci.Manifest], docker.Blobs.AddRange(oci.Blobs));
        var copied = await _bench.CopyAsync("oci:out:v1", r => r with { All = true });
        Assert.Equal(["linux/arm64", "linux/amd64"], copied.Platforms.AsEnumerable());
        Assert.True(File.Exists(Path.Combine(_bench["out"], "blobs/sha256", nested.Digest.Hex)));
        Assert.False(File.Exists(Path.Combine(_bench["out"], "blobs/sha256", docker.Manifest.Digest.Hex)));
        Assert.Equal(docker.Layers.Select(l => l.Digest.ToString()), copied.Conversion!.Layers.Select(l => l.Digest));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Docker_archive_has_no_place_for_an_index(bool docker)
    {
        var error = await _bench.FailsAsync(DiffahErrors.ConversionRefused,
            () => _bench.ConvertAsync(docker ? SampleIndex.Docker(1) : SampleIndex.Oci(1), "docker-archive:out.tar"));
        Assert.Contains("no index", error.Message, StringComparison.Ordinal);
        Assert.Contains("one platform's image alone", error.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain("AllowConvert", error.NextAction, StringComparison.Ordinal);
    }
}
