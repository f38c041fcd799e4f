using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Conversion;

/// <summary>An image whose digests are SHA-512 (OCI image spec, descriptor.md) goes wherever others go.</summary>
public sealed class OtherAlgorithmTests : IDisposable
{
    private readonly TransportBench _bench = new();
    private readonly SampleImage _image =
        ConversionBench.Oci(1, MediaTypes.OciLayerGzip, SampleImage.Gzip);

    public OtherAlgorithmTests()
    {
        var manifest = _image.Blobs.Aggregate(Encoding.UTF8.GetString(_image.Manifest.Bytes.Span), (text, blob) =>
            text.Replace(blob.Key.ToString(), Sha512(blob.Value).ToString(), StringComparison.Ordinal));
        Manifest = Encoding.UTF8.GetBytes(manifest);
        Directory.CreateDirectory(_bench["in/blobs/sha512"]);
        foreach (var blob in _image.Blobs.Values.Append(Manifest))
            File.WriteAllBytes(_bench[$"in/blobs/sha512/{Sha512(blob).Hex}"], blob);
        File.WriteAllText(_bench["in/oci-layout"], """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(_bench["in/index.json"],
            $$"""
            {"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.OciManifest}}",
            "digest":"{{Sha512(Manifest)}}","size":{{Manifest.Length}}}]}
            """);
    }

    private byte[] Manifest { get; }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("oci:out:v1")]
    [InlineData("oci-archive:out:v1")]
    [InlineData("dir:out")]
    public async Task It_is_copied_as_it_is_and_back(string destination)
    {
        await CopyAsync("oci:in", destination);
        await CopyAsync(destination, "oci-archive:back:v1");
        await using var source = await _bench.OpenAsync(TransportNames.OciArchive, "back");
        Assert.Equal(Manifest, (await source.GetManifestAsync(null, default)).Bytes.ToArray());
    }

    [Theory]
    [InlineData("oci:in")]
    [InlineData("dir:folder")]
    public async Task It_becomes_the_Docker_image_that_it_would_be_with_other_digests(string from)
    {
        await CopyAsync("oci:in", "dir:folder");
        var copied = await CopyAsync(from, "docker-archive:out.tar");
        Assert.Equal(ConversionBench.Docker(1, l => l).Manifest.Digest.ToString(), copied.Digest);
        await CopyAsync("docker-archive:out.tar", "oci:back:v1");
    }

    [Fact]
    public async Task A_delta_takes_a_baseline_that_was_kept_under_another_algorithm()
    {
        await CopyAsync("oci:in", "dir:folder");
        await CopyAsync("oci:in", "docker-archive:other.tar");
        var delta = new CreateDeltaRequest
        {
            Baseline = Reference("oci:in"),
            Target = Reference("docker-archive:other.tar"),
            OutputPath = _bench["delta"],
        };
        await new CreateDelta(TransportCatalog.Default).RunAsync(delta, EventSink.None, default);
        var restored = await new RestoreImage(TransportCatalog.Default).RunAsync(new RestoreImageRequest
        {
            ArchivePath = _bench["delta"],
            Baseline = Reference("dir:folder"),
            Destination = Reference("docker-archive:restored.tar"),
        }, EventSink.None, default);
        Assert.Equal(File.ReadAllBytes(_bench["other.tar"]).Length, File.ReadAllBytes(_bench["restored.tar"]).Length);
        Assert.Equal(ConversionBench.Docker(1, l => l).Manifest.Digest.ToString(), restored.ManifestDigest);
    }

    private Task<CopiedImage> CopyAsync(string from, string to) => new CopyImage(TransportCatalog.Default).RunAsync(
        new CopyImageRequest
        {
            Source = Reference(from),
            Destination = Reference(to),
            AllowConvert = true,
            WorkDirectory = _bench[""],
            Overwrite = true,
        }, EventSink.None, default);

    private ImageReference Reference(string text) => ImageReference.Parse(text).ResolveAgainst(_bench[""]);

    private static Digest Sha512(byte[] content) => Digest.FromHash("sha512", SHA512.HashData(content));
}
