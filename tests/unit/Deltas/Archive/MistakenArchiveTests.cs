using System.Formats.Tar;
using System.IO.Compression;
using Diffah.Engine.Deltas.Archive.Container;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>An image where a delta archive is wanted, and the reverse.</summary>
public sealed class MistakenArchiveTests
{
    [Theory]
    [InlineData("docker-archive", "app/layer.tar", "app.json", "manifest.json")]
    [InlineData("docker-archive", "oci-layout", "index.json", "manifest.json")]
    [InlineData("oci-archive", "blobs/", "blobs/sha256/", "oci-layout", "index.json")]
    [InlineData("oci-archive", "./blobs/", "./index.json", "./oci-layout")]
    public async Task An_image_is_no_delta(string transport, params string[] entries)
    {
        using var folder = new TemporaryFolder();
        foreach (var isCompressed in new[] { false, true })
        {
            Write(folder["image.tar"], isCompressed, entries);
            var error = await Errors.ThrowsAsync(DiffahErrors.ArchiveInvalid,
                () => InspectArchive.RunAsync(folder["image.tar"], EventSink.None, default));
            Assert.Contains($"it is an image, which {transport}: reads", error.Message, StringComparison.Ordinal);
            Assert.Contains($"{transport}:{folder["image.tar"]}", error.NextAction, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Any_other_tar_is_no_delta_either()
    {
        using var folder = new TemporaryFolder();
        Write(folder["other.tar"], false, "a", "b/index.json", "b/manifest.json");
        var error = await Errors.ThrowsAsync(
            DiffahErrors.ArchiveInvalid, () => InspectArchive.RunAsync(folder["other.tar"], EventSink.None, default));
        Assert.DoesNotContain("image", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, false)]
    public async Task An_image_is_known_by_the_first_ten_thousand_entries(int before, bool isKnown)
    {
        using var folder = new TemporaryFolder();
        await using (var file = File.Create(folder["a"]))
        {
            await new RepeatedStream(RawTar.Header(new RawEntry("f", [])), before).CopyToAsync(file);
            await file.WriteAsync(RawTar.Write([new RawEntry("manifest.json", [])]));
        }
        Assert.Equal(isKnown, await MistakenImage.ErrorOfAsync(folder["a"], default) is not null);
    }

    /// <summary>zstd's blocks that repeat a byte (RFC 8878, section 3.1.1.2): a gibibyte of zeros in 32 KiB.</summary>
    [Theory]
    [InlineData(8190, true)]
    [InlineData(8192, false)]
    public async Task An_image_is_known_by_the_first_gibibyte_that_it_decompresses_to(int blocks, bool isKnown)
    {
        const int blockSize = 128 * 1024;
        var before = RawTar.Header(
            new RawEntry("large", []) { SizeField = RawEntry.Octal((long)blocks * blockSize) });
        var header = (1 << 1) | (blockSize << 3);
        byte[] block = [(byte)header, (byte)(header >> 8), (byte)(header >> 16), 0];
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["a"],
            [.. LayerBytes.Zstd(before), 0x28, 0xB5, 0x2F, 0xFD, 0, 0x38,
                .. Enumerable.Repeat(block, blocks).SelectMany(b => b), 1, 0, 0,
                .. LayerBytes.Zstd(RawTar.Write([new RawEntry("manifest.json", [])]))]);
        Assert.Equal(isKnown, await MistakenImage.ErrorOfAsync(folder["a"], default) is not null);
    }

    [Theory]
    [InlineData(TransportNames.DockerArchive)]
    [InlineData(TransportNames.OciArchive)]
    public async Task A_delta_is_no_image(string transport)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        await lab.CreateAsync(baseline, target);
        var error = await Errors.ThrowsAsync(DiffahErrors.InvalidImage, () =>
            new GetImage(TransportCatalog.Default).RunAsync(
                ImageReference.Parse($"{transport}:{lab.Archive}"), Platform.Default, EventSink.None, default));
        Assert.Contains("is a delta archive, not an image", error.Message, StringComparison.Ordinal);
        Assert.Contains("diffah apply", error.NextAction, StringComparison.Ordinal);
    }

    private static void Write(string path, bool isCompressed, params string[] entries)
    {
        using var file = File.Create(path);
        using Stream content = isCompressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var tar = new TarWriter(content);
        foreach (var name in entries)
            tar.WriteEntry(
                new PaxTarEntry(name.EndsWith('/') ? TarEntryType.Directory : TarEntryType.RegularFile, name));
    }
}
