using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports;

/// <summary>Folders that others write to as well, that lead elsewhere, or that killed runs left.</summary>
public sealed class SharedFolderTests : IDisposable
{
    private const string Oci = TransportNames.OciLayout;
    private const string Dir = TransportNames.Directory;

    private readonly TransportBench _bench = new();
    private readonly SampleImage _image = SampleImage.Oci(1);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(Oci, "blobs", true)]
    [InlineData(Oci, "blobs/sha256", true)]
    [InlineData(Oci, "index.json", false)]
    [InlineData(Oci, "oci-layout", false)]
    [InlineData(Dir, "manifest.json", false)]
    [InlineData(Dir, "version", false)]
    public async Task A_part_that_leads_elsewhere_is_refused(string transport, string part, bool isFolder)
    {
        await _bench.WriteAsync(transport, "d", _image);
        var (here, elsewhere) = (_bench[$"d/{part}"], _bench["elsewhere"]);
        if (isFolder)
            Directory.Move(here, elsewhere);
        else
            File.Move(here, elsewhere);
        File.CreateSymbolicLink(here, elsewhere);
        var before = Snapshot();
        foreach (var overwrite in (bool[])[false, true])
        {
            var e = await AssertFailsAsync(
                DiffahErrors.DestinationExists, () => _bench.CreateAsync(transport, "d", overwrite));
            Assert.Contains(here, e.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Snapshot());
    }

    [Theory]
    [InlineData(Oci)]
    [InlineData(Dir)]
    public async Task A_part_that_is_led_elsewhere_meanwhile_is_refused(string transport)
    {
        Directory.CreateDirectory(_bench["elsewhere"]);
        await using (var destination = await _bench.CreateAsync(transport, "d"))
        {
            await _image.WriteAsync(destination);
            await using var staged = await destination.StageAsync(default);
            File.CreateSymbolicLink(
                _bench[transport == Oci ? "d/blobs" : "d/manifest.json"], _bench["elsewhere"]);
            await AssertFailsAsync(DiffahErrors.DestinationExists, () => destination.CommitAsync(default));
        }
        Assert.DoesNotContain(_bench.Entries, e => e.StartsWith("elsewhere/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Oci)]
    [InlineData(Dir)]
    public async Task A_folder_that_is_a_link_itself_is_the_users_choice(string transport)
    {
        Directory.CreateDirectory(_bench["real"]);
        Directory.CreateSymbolicLink(_bench["d"], _bench["real"]);
        await _bench.WriteAsync(transport, "d", _image);
        await using var source = await _bench.OpenAsync(transport, "real");
        await AssertHoldsAsync(source, _image);
    }

    [Theory]
    [InlineData(Oci)]
    [InlineData(Dir)]
    public async Task A_blob_that_is_a_link_is_replaced_by_the_blob(string transport)
    {
        await _bench.WriteAsync(transport, "d", _image);
        var blob = _bench[transport == Oci
            ? $"d/blobs/sha256/{_image.Layers[1].Digest.Hex}" : $"d/{_image.Layers[1].Digest.Hex}"];
        File.Move(blob, _bench["elsewhere"]);
        File.CreateSymbolicLink(blob, _bench["elsewhere"]);
        await _bench.WriteAsync(transport, "d", _image, overwrite: true);
        Assert.Null(new FileInfo(blob).LinkTarget);
        File.Delete(_bench["elsewhere"]);
        await using var source = await _bench.OpenAsync(transport, "d");
        await AssertHoldsAsync(source, _image);
    }

    [Theory]
    [InlineData(Oci, "oci-layout", """{"imageLayoutVersion":"1.0.0"}""")]
    [InlineData(Dir, "version", "Directory Transport Version: 1.1\n")]
    public async Task What_a_killed_run_left_is_as_good_as_empty(string transport, string first, string content)
    {
        // Killed before anything was published, and killed while it was.
        foreach (var published in (bool[])[false, true])
        {
            var name = published ? "published" : "staged";
            Directory.CreateDirectory(_bench[$"{name}/.diffah-work-{new string('a', 32)}"]);
            await File.WriteAllTextAsync(_bench[$"{name}/.diffah-work-{new string('a', 32)}/lock"], "");
            await File.WriteAllTextAsync(_bench[$"{name}/.diffah-work-{new string('a', 32)}/0001-staged"], "half");
            await File.WriteAllTextAsync(_bench[$"{name}/.diffah-{new string('b', 32)}.tmp"], "half");
            if (published)
                await File.WriteAllTextAsync(_bench[$"{name}/{first}"], content);
            await _bench.WriteAsync(transport, name, _image);
            await using var source = await _bench.OpenAsync(transport, name);
            await AssertHoldsAsync(source, _image);
            Assert.DoesNotContain(_bench.Entries, e => e.Contains(".diffah", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_blob_that_another_run_relies_on_outlives_the_image_it_was_of()
    {
        var shared = SampleImage.Layer(7, 7, 500);
        var (old, other, late) = (Make(shared, SampleImage.Layer(1, 1, 500)), Make(SampleImage.Layer(1, 2, 500)),
            Make(shared, SampleImage.Layer(1, 3, 500)));
        await _bench.WriteAsync(Dir, "d", old);
        await using var destination = await _bench.CreateAsync(Dir, "d", overwrite: true);
        Assert.True(await destination.HasBlobAsync(late.Layers[0], default));
        await _bench.WriteAsync(Dir, "d", other, overwrite: true);
        foreach (var blob in late.BlobDescriptors.Where(b => b.Digest != late.Layers[0].Digest))
            await destination.PutBlobAsync(blob, new MemoryStream(late.Blobs[blob.Digest]), default);
        await destination.PutManifestAsync(late.Manifest, default);
        await using (await destination.StageAsync(default))
            await destination.CommitAsync(default);
        await using var source = await _bench.OpenAsync(Dir, "d");
        await AssertHoldsAsync(source, late);
    }

    [Fact]
    public async Task A_blob_that_somebody_removed_meanwhile_is_missed_before_the_commit()
    {
        await _bench.WriteAsync(Oci, "l:v1", _image);
        await using var destination = await _bench.CreateAsync(Oci, "l:v2");
        Assert.True(await destination.HasBlobAsync(_image.Layers[1], default));
        await _image.WriteAsync(destination);
        await using var staged = await destination.StageAsync(default);
        File.Delete(_bench[$"l/blobs/sha256/{_image.Layers[1].Digest.Hex}"]);
        var index = await File.ReadAllBytesAsync(_bench["l/index.json"]);
        await AssertFailsAsync(DiffahErrors.IoFailure, () => destination.CommitAsync(default));
        Assert.Equal(index, await File.ReadAllBytesAsync(_bench["l/index.json"]));
    }

    [Fact]
    public async Task An_image_that_came_meanwhile_is_replaced_by_force_only()
    {
        await using var late = await _bench.CreateAsync(Dir, "d");
        await _image.WriteAsync(late);
        await using var staged = await late.StageAsync(default);
        var first = SampleImage.Oci(2);
        await _bench.WriteAsync(Dir, "d", first);
        await AssertFailsAsync(DiffahErrors.DestinationExists, () => late.CommitAsync(default));
        await using var source = await _bench.OpenAsync(Dir, "d");
        await AssertHoldsAsync(source, first);
    }

    private string[] Snapshot() =>
        [.. _bench.Entries.Select(e => _bench[e])
            .Select(p => File.Exists(p) ? $"{p} {Convert.ToHexString(File.ReadAllBytes(p))}" : p)];

    private static SampleImage Make(params byte[][] layers) =>
        SampleImage.Make(1, "amd64", layers, MediaTypes.OciManifest, MediaTypes.OciConfig, MediaTypes.OciLayer, l => l);
}
