using System.Text;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports;

/// <summary>
/// skopeo, the second opinion: it reads what is written here, and what it writes is read here, digest for digest.
/// </summary>
public sealed class SkopeoTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [InlineData("docker-archive", "a.tar", "DockerPlain")]
    [InlineData("docker-archive", "a.tar:app:v1", "DockerPlain")]
    [InlineData("oci-archive", "a.tar", "Oci")]
    [InlineData("oci-archive", "a.tar:app:v1", "Oci")]
    [InlineData("oci", "a", "Oci")]
    [InlineData("oci", "a:v1", "Oci")]
    [InlineData("dir", "a", "Oci")]
    [InlineData("dir", "a", "DockerGzip")]
    public async Task Skopeo_reads_what_is_written(string transport, string name, string kind)
    {
        var image = Sample(kind);
        await _bench.WriteAsync(transport, name, image);
        var reference = _bench.Reference(transport, name).ToString();
        Assert.Equal(Encoding.UTF8.GetString(image.Manifest.Bytes.Span), await RunAsync("inspect", "--raw", reference));
        await RunAsync("copy", reference, $"dir:{_bench["copy"]}");
        foreach (var layer in image.Layers.Where(_ => transport != "docker-archive"))
            Assert.Equal(image.Blobs[layer.Digest], await File.ReadAllBytesAsync(_bench[$"copy/{layer.Digest.Hex}"]));
    }

    [SkippableFact]
    public async Task Skopeo_reads_an_image_that_was_added_to_its_own_layout()
    {
        var (first, second) = (SampleImage.Oci(1), SampleImage.Oci(2));
        await _bench.WriteAsync("oci-archive", "first.tar", first);
        await RunAsync("copy", "--preserve-digests", _bench.Reference("oci-archive", "first.tar").ToString(),
            _bench.Reference("oci", "l:v1").ToString());
        await _bench.WriteAsync("oci", "l:v2", second);
        Assert.Equal(Encoding.UTF8.GetString(first.Manifest.Bytes.Span),
            await RunAsync("inspect", "--raw", _bench.Reference("oci", "l:v1").ToString()));
        Assert.Equal(Encoding.UTF8.GetString(second.Manifest.Bytes.Span),
            await RunAsync("inspect", "--raw", _bench.Reference("oci", "l:v2").ToString()));
    }

    [SkippableTheory]
    [InlineData("DockerPlain", "docker-archive", "a.tar:app:v1", true)]
    [InlineData("DockerPlain", "docker-archive", "a.tar", true)]
    [InlineData("DockerGzip", "docker-archive", "a.tar:localhost:5000/team/app:v1", false)]
    [InlineData("DockerGzip", "dir", "a", true)]
    [InlineData("Oci", "dir", "a", true)]
    [InlineData("Oci", "oci", "a:v1", true)]
    [InlineData("Oci", "oci", "a", true)]
    [InlineData("Oci", "oci-archive", "a.tar:app:v1", true)]
    [InlineData("DockerGzip", "oci-archive", "a.tar", false)]
    [InlineData("Oci", "docker-archive", "a.tar:app:v1", false)]
    public async Task What_skopeo_writes_is_read(string kind, string transport, string name, bool keepsTheDigest)
    {
        var image = Sample(kind);
        await _bench.WriteAsync("dir", "original", image);
        await RunAsync(
            "copy", _bench.Reference("dir", "original").ToString(), _bench.Reference(transport, name).ToString());
        await using var source = await _bench.OpenAsync(transport, name);
        var opened = await Image.OpenAsync(source, Platform.Default, default);
        Assert.Equal(await RunAsync("inspect", "--raw", _bench.Reference(transport, name).ToString()),
            Encoding.UTF8.GetString(opened.Manifest.Raw.Bytes.Span));
        foreach (var (layer, original) in opened.Layers.Zip(image.Layers))
        {
            Assert.NotEmpty(await source.ReadBlobAsync(
                new Descriptor(layer.MediaType, layer.Digest, layer.Size), int.MaxValue, default));
            Assert.Equal(
                await PlainAsync(image.Blobs[original.Digest]), await ReadAsync(await layer.OpenContentAsync(default)));
        }
        Assert.Equal(keepsTheDigest, image.Manifest.Digest == opened.Manifest.Digest);
    }

    [SkippableTheory]
    [InlineData("docker-archive:web/web-v1.docker.tar", "docker-archive", "a.tar:web/app:v1")]
    [InlineData("oci-archive:web/web-v1.oci.tar", "oci", "a:v1")]
    [InlineData("oci-archive:web/web-v1.oci.tar", "oci-archive", "a.tar")]
    [InlineData("docker-archive:web/web-v1.docker.tar", "dir", "a")]
    public async Task A_real_image_keeps_its_digest(string from, string transport, string name)
    {
        var parsed = ImageReference.Parse(from);
        var origin = parsed.WithPath(Fixtures.Path(parsed.Path!));
        await using var source = await _bench.OpenAsync(origin);
        var image = await Image.OpenAsync(source, Platform.Default, default);
        await using (var destination = await _bench.CreateAsync(transport, name))
        {
            await destination.PutBlobAsync(
                image.Manifest.Config, new MemoryStream(image.ConfigBytes!.Value.ToArray()), default);
            foreach (var layer in image.Manifest.Layers)
            {
                await using var blob = await source.OpenVerifiedAsync(layer, default);
                await destination.PutBlobAsync(layer, blob, default);
            }
            await destination.PutManifestAsync(image.Manifest.Raw, default);
            await using (await destination.StageAsync(default))
                await destination.CommitAsync(default);
        }
        Assert.Equal(Encoding.UTF8.GetString(image.Manifest.Raw.Bytes.Span),
            await RunAsync("inspect", "--raw", _bench.Reference(transport, name).ToString()));
        Assert.Equal(await RunAsync("inspect", "--raw", origin.ToString()),
            await RunAsync("inspect", "--raw", _bench.Reference(transport, name).ToString()));
        await RunAsync("copy", _bench.Reference(transport, name).ToString(), $"dir:{_bench["copy"]}");
    }

    private static SampleImage Sample(string kind) => kind switch
    {
        "Oci" => SampleImage.Oci(1),
        "DockerGzip" => SampleImage.DockerGzip(1),
        _ => SampleImage.DockerPlain(1),
    };

    private static Task<string> RunAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);

    private static async Task<byte[]> PlainAsync(byte[] blob) =>
        await ReadAsync(
            (await StoredBytes.OpenAsync(blob)).Content);

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var buffer = new MemoryStream();
            await stream.CopyToAsync(buffer);
            return buffer.ToArray();
        }
    }
}
