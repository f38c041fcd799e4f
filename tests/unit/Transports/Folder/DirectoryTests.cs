using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports.Folder;

public sealed class DirectoryTests : IDisposable
{
    private const string Dir = TransportNames.Directory;

    private readonly TransportBench _bench = new();
    private readonly SampleImage _image = SampleImage.Oci(1);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_files_are_those_that_skopeo_writes()
    {
        await _bench.WriteAsync(Dir, "d", _image);
        Assert.Equal(_image.BlobDescriptors.Select(b => b.Digest.Hex).Concat(["manifest.json", "version"])
            .Order(StringComparer.Ordinal), Names());
        Assert.Equal("Directory Transport Version: 1.1\n", await File.ReadAllTextAsync(_bench["d/version"]));
    }

    [Fact]
    public async Task Every_kind_of_manifest_is_held()
    {
        foreach (var (image, name) in new[] { (SampleImage.Oci(1), "oci"), (SampleImage.DockerGzip(1), "gzip"),
            (SampleImage.DockerPlain(1), "plain/") })
        {
            await using (var destination = await _bench.CreateAsync(Dir, name))
                Assert.Null(destination.Transport.WhyNotExact(destination.Reference,
                    ImageManifest.Parse(image.Manifest), ImageConfig.Parse(image.Blobs[image.Config.Digest])));
            await _bench.WriteAsync(Dir, name, image);
            await using var source = await _bench.OpenAsync(Dir, name);
            await AssertHoldsAsync(source, image);
        }
    }

    [Fact]
    public async Task A_replacement_takes_away_what_only_the_old_image_needed()
    {
        var shared = SampleImage.Layer(7, 7, 500);
        var (old, @new) = (Make([shared, SampleImage.Layer(1, 1, 500)]), Make([shared, SampleImage.Layer(1, 2, 500)]));
        await _bench.WriteAsync(Dir, "d", old);
        await File.WriteAllTextAsync(_bench["d/signature-1"], "of the old image");
        await File.WriteAllTextAsync(_bench["d/notes.txt"], "mine");
        await _bench.WriteAsync(Dir, "d", @new, overwrite: true);
        Assert.Equal(@new.BlobDescriptors.Select(b => b.Digest.Hex).Concat(["manifest.json", "notes.txt", "version"])
            .Order(StringComparer.Ordinal), Names());
        await using var source = await _bench.OpenAsync(Dir, "d");
        await AssertHoldsAsync(source, @new);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_of_other_things_is_left_alone(bool overwrite)
    {
        Directory.CreateDirectory(_bench["d"]);
        await File.WriteAllTextAsync(_bench["d/version"], "2.0");
        await AssertFailsAsync(DiffahErrors.DestinationExists, () => _bench.CreateAsync(Dir, "d", overwrite));
        Assert.Equal(["d", "d/version"], _bench.Entries);
    }

    [Fact]
    public async Task An_empty_folder_is_used_and_kept()
    {
        Directory.CreateDirectory(_bench["d"]);
        await using (var destination = await _bench.CreateAsync(Dir, "d"))
            await _image.WriteAsync(destination);
        Assert.Equal(["d"], _bench.Entries);
        await _bench.WriteAsync(Dir, "d", _image);
    }

    [Fact]
    public async Task Links_in_a_circle_are_an_error_of_the_table()
    {
        Directory.CreateDirectory(_bench["d"]);
        File.CreateSymbolicLink(_bench["d/manifest.json"], "other.json");
        File.CreateSymbolicLink(_bench["d/other.json"], "manifest.json");
        await AssertFailsAsync(DiffahErrors.IoFailure, () => _bench.OpenAsync(Dir, "d"));
    }

    [Fact]
    public async Task A_folder_without_a_manifest_is_not_read()
    {
        Directory.CreateDirectory(_bench["d"]);
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => _bench.OpenAsync(Dir, "d"));
        await File.WriteAllTextAsync(_bench["d/manifest.json"], """{"schemaVersion":1,"fsLayers":[]}""");
        await AssertFailsAsync(DiffahErrors.InvalidManifest, () => _bench.OpenAsync(Dir, "d"));
    }

    [Fact]
    public async Task An_index_of_platforms_is_read()
    {
        var arm = SampleImage.Oci(2, "arm64");
        var index = SampleImage.Index((_image, "amd64"), (arm, "arm64"));
        Directory.CreateDirectory(_bench["d"]);
        await File.WriteAllBytesAsync(_bench["d/manifest.json"], index.Bytes.ToArray());
        foreach (var image in new[] { _image, arm })
        {
            await File.WriteAllBytesAsync(
                _bench[$"d/{image.Manifest.Digest.Hex}.manifest.json"], image.Manifest.Bytes.ToArray());
            foreach (var (digest, blob) in image.Blobs)
                await File.WriteAllBytesAsync(_bench[$"d/{digest.Hex}"], blob);
        }
        await using var source = await _bench.OpenAsync(Dir, "d");
        Assert.Equal(arm.Manifest.Digest,
            (await Image.OpenAsync(source, Platform.Parse("linux/arm64"), default)).Manifest.Digest);
        await AssertHoldsAsync(source, _image);
        await File.WriteAllTextAsync(
            _bench[$"d/{arm.Manifest.Digest.Hex}.manifest.json"], new string(' ', arm.Manifest.Bytes.Length));
        await AssertFailsAsync(
            DiffahErrors.DigestMismatch, () => source.GetManifestAsync(arm.Manifest.Digest, default));
    }

    private static SampleImage Make(byte[][] layers) =>
        SampleImage.Make(1, "amd64", layers, MediaTypes.OciManifest, MediaTypes.OciConfig, MediaTypes.OciLayer, l => l);

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(_bench["d"])
        .Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal);
}
