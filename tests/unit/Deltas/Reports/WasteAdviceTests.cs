using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Reports;

/// <summary>What is said of waste follows from what the archive says, and from nothing else.</summary>
public class WasteAdviceTests
{
    private const ulong MiB = 1 << 20;

    [Theory]
    [InlineData(2, CompressionKind.Gzip, true, "used 2 times")]
    [InlineData(1, CompressionKind.Gzip, true, "No patch was shipped for the layer, which is compressed: gzip hides")]
    [InlineData(1, CompressionKind.Zstd, false, "The archive has no patches, and the layer is compressed: zstd hides")]
    [InlineData(1, CompressionKind.None, true, "a plain tar and still no patch")]
    [InlineData(1, CompressionKind.None, false, "--intra-layer required")]
    [InlineData(2, CompressionKind.Gzip, false, "The archive has no patches")]
    [InlineData(1, CompressionKind.Gzip, true, "since nobody knows its encoder", "v2")]
    [InlineData(1, CompressionKind.Gzip, false, "The archive has no patches, and the layer is compressed: it is", "v2")]
    [InlineData(1, CompressionKind.Zstd, true, "since nobody knows its encoder", "v2")]
    [InlineData(1, CompressionKind.Bzip2, true, "bzip2 is not opened", "v2")]
    [InlineData(1, CompressionKind.None, true, "a plain tar and still no patch", "v2")]
    public void A_whole_layer(
        int uses, CompressionKind compression, bool hasPatches, string advice, string version = "v1")
    {
        var layer = new DeltaArchiveLayer(0, "sha256:a", "type", nameof(BlobOrigin.Full), 100, 100, null);
        AssertSays(advice, new WasteAdvice(hasPatches, version).Find(new StoredLayer(layer, uses, compression, null)));
    }

    [Theory]
    [InlineData("patching_off", CompressionKind.Gzip, "Patching was switched off")]
    [InlineData("no_baseline", CompressionKind.None, "give the baseline image, not its manifest alone")]
    [InlineData("smaller", CompressionKind.Gzip, "little in common")]
    [InlineData("smaller", CompressionKind.None, "a plain tar and still no patch")]
    [InlineData("no_recipe", CompressionKind.Gzip, "since nobody knows its encoder")]
    [InlineData("of another day", CompressionKind.Bzip2, "bzip2 is not opened")]
    public void An_archive_that_says_why_is_believed(string fallback, CompressionKind compression, string advice)
    {
        var layer = new DeltaArchiveLayer(0, "sha256:a", "type", nameof(BlobOrigin.Full), 100, 100, null)
        {
            Fallback = fallback,
        };
        AssertSays(advice, new WasteAdvice(true, "v2").Find(new StoredLayer(layer, 1, compression, null)));
    }

    [Theory]
    [InlineData(null, CompressionKind.Gzip, "gzip hides")]
    [InlineData(null, null, "little in common")]
    [InlineData(9 * MiB, null, "looks back over 9 MiB, less than the layer has")]
    [InlineData(10 * MiB, null, "little in common")]
    [InlineData(null, CompressionKind.Gzip, "since nobody knows its encoder", "v2")]
    [InlineData(null, CompressionKind.Zstd, "since nobody knows its encoder", "v2")]
    [InlineData(null, CompressionKind.Bzip2, "bzip2 is not opened", "v2")]
    public void A_poor_patch(ulong? window, CompressionKind? compression, string advice, string version = "v1")
    {
        var layer = new DeltaArchiveLayer(
            0, "sha256:a", "type", nameof(BlobOrigin.Patch), 10 << 20, (10 << 20) - 1, "sha256:b");
        AssertSays(advice, new WasteAdvice(true, version).Find(new StoredLayer(layer, 1, compression, window)));
    }

    [Fact]
    public void What_is_no_waste_needs_no_advice()
    {
        var (patch, kept) = (new DeltaArchiveLayer(0, "sha256:a", "type", nameof(BlobOrigin.Patch), 100, 50,
            "sha256:b"), new DeltaArchiveLayer(0, "sha256:a", "type", nameof(BlobOrigin.Reuse), 100, 0, null));
        var advice = new WasteAdvice(true, "v1");
        Assert.All([patch, kept], l => Assert.Null(advice.Find(new StoredLayer(l, 1, null, null))));
    }

    [Theory]
    [InlineData(CompressionKind.None, true, "a plain tar and still no patch")]
    [InlineData(CompressionKind.Gzip, false, "gzip hides")]
    [InlineData(CompressionKind.Zstd, false, "zstd hides")]
    [InlineData(CompressionKind.None, true, "a plain tar and still no patch", 2)]
    public async Task Archives_tell_what_their_layers_are(
        CompressionKind compression, bool docker, string advice, int version = 1)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed(compression, docker);
        var archive = await lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = version });
        Assert.Contains(archive.Images[0].Waste, w => w.Digest == target.Manifest.Layers[2].Digest.ToString()
            && w.Advice.Contains(advice, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_archive_without_patches_says_so()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var archive = await lab.CreateAsync(
            baseline, target, DeltaLab.QuickV1 with { IntraLayer = IntraLayerMode.Off });
        Assert.Equal(2, archive.Images[0].Waste.Length);
        Assert.All(archive.Images[0].Waste,
            w => Assert.StartsWith("The archive has no patches: ", w.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_patch_made_with_a_small_window_is_told_by_its_frame()
    {
        using var lab = new DeltaLab();
        var (first, second) = (Bytes.Random(1, 40_000), Bytes.Random(2, 20_000));
        // What both share lies farther back than a window of 1 KiB reaches, but for a little at the start.
        var (baseline, target) = (ImageMaker.Oci(LayerBytes.Raw([.. first, .. second[..300]])),
            ImageMaker.Oci(LayerBytes.Raw([.. second[..300], .. first])));
        var archive = await lab.CreateAsync(baseline, target, DeltaLab.QuickV1 with { ZstdWindowLog = 10 });
        var waste = Assert.Single(archive.Images[0].Waste);
        Assert.Equal("poor_patch", waste.Kind);
        Assert.Contains("looks back over 0.001 MiB", waste.Advice, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Archives_of_others_are_advised_on_too()
    {
        foreach (var path in Directory.EnumerateFiles(Fixtures.Path("deltas"), "*.tar"))
        {
            var archive = await InspectArchive.RunAsync(path, EventSink.None, CancellationToken.None);
            Assert.Equal(File.Exists($"{path}.sig"), archive.IsSigned);
            Assert.All(
                archive.Images.SelectMany(i => i.Waste), w => Assert.EndsWith(".", w.Advice, StringComparison.Ordinal));
        }
    }

    private static void AssertSays(string advice, LayerWaste? waste)
    {
        Assert.NotNull(waste);
        Assert.Contains(advice, waste.Advice, StringComparison.Ordinal);
        Assert.EndsWith(".", waste.Advice, StringComparison.Ordinal);
    }
}
