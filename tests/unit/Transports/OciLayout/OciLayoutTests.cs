using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports.OciLayout;

/// <summary>Writing into layouts, where others may write as well.</summary>
public sealed class OciLayoutTests : IDisposable
{
    private const string Oci = TransportNames.OciLayout;
    private const string Archive = TransportNames.OciArchive;

    private readonly TransportBench _bench = new();
    private readonly SampleImage _first = SampleImage.Oci(1);
    private readonly SampleImage _second = SampleImage.Oci(2, "arm64");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Images_of_several_names_live_in_one_layout()
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        await _bench.WriteAsync(Oci, "l:registry.example/app:v2", _second);
        await using (var source = await _bench.OpenAsync(Oci, "l:v1"))
            await AssertHoldsAsync(source, _first);
        await using (var source = await _bench.OpenAsync(Oci, "l:registry.example/app:v2"))
            await AssertHoldsAsync(source, _second);
        foreach (var (name, error) in new[] { ("l", DiffahErrors.AmbiguousImage),
            ("l:v3", DiffahErrors.ImageNotFound) })
        {
            var thrown = await AssertFailsAsync(error, () => _bench.OpenAsync(Oci, name));
            Assert.Contains("v1, registry.example/app:v2", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_index_says_of_others_is_kept()
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        var index = JsonNode.Parse(await File.ReadAllTextAsync(_bench["l/index.json"]))!.AsObject();
        index["annotations"] = new JsonObject { ["a+b"] = "c" };
        index["manifests"]![0]!["urls"] = new JsonArray("https://example.invalid/");
        await File.WriteAllTextAsync(_bench["l/index.json"], index.ToJsonString());
        await _bench.WriteAsync(Oci, "l:v2", _second);
        var written = JsonNode.Parse(await File.ReadAllTextAsync(_bench["l/index.json"]))!;
        Assert.Equal("c", (string?)written["annotations"]!["a+b"]);
        Assert.Equal("https://example.invalid/", (string?)written["manifests"]![0]!["urls"]![0]);
        Assert.Contains(
            "image.manifest.v1+json", await File.ReadAllTextAsync(_bench["l/index.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_there_is_kept_or_replaced_alone()
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        await _bench.WriteAsync(Oci, "l:v2", _first);
        await AssertFailsAsync(DiffahErrors.DestinationExists, () => _bench.CreateAsync(Oci, "l:v1"));
        await _bench.WriteAsync(Oci, "l:v1", _second, overwrite: true);
        await using (var source = await _bench.OpenAsync(Oci, "l:v1"))
            await AssertHoldsAsync(source, _second);
        await using (var source = await _bench.OpenAsync(Oci, "l:v2"))
            await AssertHoldsAsync(source, _first);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_image_without_a_name_is_not_put_among_named_ones(bool overwrite)
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        var error = await AssertFailsAsync(
            DiffahErrors.DestinationExists, () => _bench.CreateAsync(Oci, "l", overwrite));
        Assert.Contains(":NAME", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_somebody_took_meanwhile_is_kept()
    {
        await using var late = await _bench.CreateAsync(Oci, "l:v1");
        await _second.WriteAsync(late);
        await _bench.WriteAsync(Oci, "l:v1", _first);
        await AssertFailsAsync(DiffahErrors.DestinationExists, () => late.StageAsync(default));
        await late.DisposeAsync();
        await using var source = await _bench.OpenAsync(Oci, "l:v1");
        await AssertHoldsAsync(source, _first);
    }

    [Fact]
    public async Task Images_on_their_way_at_the_same_time_all_arrive()
    {
        await using var one = await _bench.CreateAsync(Oci, "l:v1");
        await using var other = await _bench.CreateAsync(Oci, "l:v2");
        await _first.WriteAsync(one);
        await _second.WriteAsync(other);
        await using var stagedOne = await one.StageAsync(default);
        await using var stagedOther = await other.StageAsync(default);
        await one.CommitAsync(default);
        await other.CommitAsync(default);
        foreach (var (name, image) in new[] { ("l:v1", _first), ("l:v2", _second) })
        {
            await using var source = await _bench.OpenAsync(Oci, name);
            await AssertHoldsAsync(source, image);
        }
    }

    [Fact]
    public async Task Giving_up_keeps_the_blobs_that_somebody_published_meanwhile()
    {
        await using (var givenUp = await _bench.CreateAsync(Oci, "l:v1"))
        {
            await _first.WriteAsync(givenUp);
            await using var other = await _bench.CreateAsync(Oci, "l:v2");
            foreach (var blob in _first.BlobDescriptors)
                Assert.True(await other.HasBlobAsync(blob, default));
            await other.PutManifestAsync(_first.Manifest, default);
            await using var staged = await other.StageAsync(default);
            await other.CommitAsync(default);
        }
        await using var source = await _bench.OpenAsync(Oci, "l:v2");
        await AssertHoldsAsync(source, _first);
    }

    [Fact]
    public async Task Giving_up_leaves_the_layout_as_it_was()
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        var before = _bench.Entries;
        await using (var destination = await _bench.CreateAsync(Oci, "l:v2"))
        {
            await _first.WriteAsync(destination);
            await _second.WriteAsync(destination);
            await using var staged = await destination.StageAsync(default);
        }
        Assert.Equal(before, _bench.Entries);
    }

    [Fact]
    public async Task Giving_up_keeps_what_others_put_there_meanwhile()
    {
        Directory.CreateDirectory(_bench["l"]);
        await using (var destination = await _bench.CreateAsync(Oci, "l"))
        {
            await _first.WriteAsync(destination);
            Directory.CreateDirectory(_bench["l/blobs/sha256"]);
            await File.WriteAllTextAsync(_bench["l/blobs/sha256/note"], "mine");
        }
        Assert.Equal(["l", "l/blobs", "l/blobs/sha256", "l/blobs/sha256/note"], _bench.Entries);
    }

    [Fact]
    public async Task A_damaged_blob_is_not_reused_but_repaired()
    {
        await _bench.WriteAsync(Oci, "l:v1", _first);
        var layer = _first.Layers[0];
        var path = _bench[$"l/blobs/sha256/{layer.Digest.Hex}"];
        var good = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, new byte[good.Length]);
        await using var destination = await _bench.CreateAsync(Oci, "l:v2");
        Assert.False(await destination.HasBlobAsync(layer, default));
        Assert.True(await destination.HasBlobAsync(_first.Layers[1], default));
        await _first.WriteAsync(destination);
        await using (await destination.StageAsync(default))
            await destination.CommitAsync(default);
        Assert.Equal(good, await File.ReadAllBytesAsync(path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_of_other_things_is_left_alone(bool overwrite)
    {
        Directory.CreateDirectory(_bench["l"]);
        await File.WriteAllTextAsync(_bench["l/thesis.txt"], "mine");
        var error = await AssertFailsAsync(
            DiffahErrors.DestinationExists, () => _bench.CreateAsync(Oci, "l", overwrite));
        Assert.Contains("no OCI image layout", error.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_bench["file"], "mine");
        await AssertFailsAsync(DiffahErrors.DestinationExists, () => _bench.CreateAsync(Oci, "file", overwrite));
        await AssertFailsAsync(DiffahErrors.FileNotFound, () => _bench.CreateAsync(Oci, "file/such/folder", overwrite));
        await AssertFailsAsync(
            DiffahErrors.FileNotFound, () => _bench.CreateAsync(Archive, "file/such.tar", overwrite));
    }

    [Theory]
    [InlineData(Oci, "l")]
    [InlineData(Archive, "l.tar:v1")]
    public async Task Docker_manifests_are_not_exact(string transport, string name)
    {
        var image = SampleImage.DockerGzip(1);
        await using var destination = await _bench.CreateAsync(transport, name);
        Assert.Contains("OCI manifests only",
            destination.Transport.WhyNotExact(destination.Reference, ImageManifest.Parse(image.Manifest),
                ImageConfig.Parse(image.Blobs[image.Config.Digest])), StringComparison.Ordinal);
        await AssertFailsAsync(
            DiffahErrors.ConversionRefused, () => destination.PutManifestAsync(image.Manifest, default));
    }

    [Theory]
    [InlineData(Oci, "l")]
    [InlineData(Archive, "l.tar:v1")]
    public async Task Other_digest_algorithms_are_held(string transport, string name)
    {
        var config = _first.Blobs[_first.Config.Digest];
        var descriptor = new Descriptor(
            MediaTypes.OciConfig, Digest.FromHash("sha512", SHA512.HashData(config)), config.Length);
        var bytes =
            Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{SampleImage.Json(descriptor)}},"layers":[]}""");
        await using var destination = await _bench.CreateAsync(transport, name);
        await destination.PutBlobAsync(descriptor, new MemoryStream(config), default);
        await destination.PutManifestAsync(
            new RawManifest(bytes, MediaTypes.OciManifest, Digest.FromHash("sha512", SHA512.HashData(bytes))), default);
        await using var staged = await destination.StageAsync(default);
        var image = await Image.OpenAsync(staged!, Platform.Default, default);
        Assert.Equal("sha512", image.Manifest.Digest.Algorithm);
        Assert.Equal(config, image.ConfigBytes!.Value.ToArray());
    }

    [Fact]
    public async Task An_archive_is_always_written_the_same()
    {
        await _bench.WriteAsync(Archive, "a.tar:v1", _first);
        await _bench.WriteAsync(Archive, "b.tar:v1", _first);
        Assert.Equal(await File.ReadAllBytesAsync(_bench["a.tar"]), await File.ReadAllBytesAsync(_bench["b.tar"]));
        await AssertFailsAsync(DiffahErrors.ImageNotFound, () => _bench.OpenAsync(Archive, "a.tar:v2"));
        await using var source = await _bench.OpenAsync(Archive, "a.tar");
        await AssertHoldsAsync(source, _first);
    }

    [Fact]
    public async Task An_archive_compressed_as_a_whole_is_read_the_same()
    {
        await _bench.WriteAsync(Archive, "a.tar", _first);
        await File.WriteAllBytesAsync(_bench["b.tar"], SampleImage.Gzip(await File.ReadAllBytesAsync(_bench["a.tar"])));
        await using var source = await _bench.OpenAsync(Archive, "b.tar");
        await AssertHoldsAsync(source, _first);
    }
}
