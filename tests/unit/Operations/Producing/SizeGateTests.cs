using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Operations.Producing;

/// <summary>An archive that is larger than it may be: refused to the byte, named, and not left behind.</summary>
public sealed class SizeGateTests : IDisposable
{
    private static readonly byte[] Program = Bytes.Text(2, 50_000);

    private static readonly LayerBytes Old = LayerBytes.Tar(
        ("etc/same", Bytes.Text(1, 7000)), ("bin/program", Program)).As(CompressionKind.Gzip);

    // Random bytes do not shrink: the order by cost is that of the sizes.
    private static readonly LayerBytes New = LayerBytes.Tar(
        ("etc/same", Bytes.Text(1, 7000)), ("bin/program", Bytes.Edited(Program)), ("opt/small", Bytes.Random(4, 3000)),
        ("opt/large", Bytes.Random(5, 9000)), ("opt/middle", Bytes.Random(6, 6000)),
        ("opt/least", Bytes.Random(7, 2500)))
        .As(CompressionKind.Gzip);

    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_limit_itself_may_be_reached_and_one_byte_less_is_refused(int version)
    {
        var options = DeltaLab.Quick with { FormatVersion = version };
        var size = (await CreateAsync(null, options)).ArchiveBytes;
        Assert.Equal(new FileInfo(_lab.Archive).Length, size);
        Assert.Equal(size, (await CreateAsync(SizeLimit.OfBytes(size), options)).ArchiveBytes);
        var e = await RefusesAsync(SizeLimit.OfBytes(size - 1), options);
        Assert.Equal((size, size - 1), (e.Excess!.ArchiveBytes, e.Excess.LimitBytes));
        Assert.Contains($"({size} bytes)", e.Message, StringComparison.Ordinal);
        Assert.Contains($"({size - 1} bytes)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Per_cent_are_counted_of_the_image_as_it_is()
    {
        var archive = await CreateAsync(null);
        Assert.True(SizeLimit.TryParse("20%", out var tight));
        Assert.True(SizeLimit.TryParse("250%", out var wide));
        Assert.True(archive.ArchiveBytes > archive.ImageBytes / 5);
        var e = await RefusesAsync(tight);
        Assert.Equal(
            (archive.ImageBytes, archive.ImageBytes / 5), (e.Excess!.ImageBytes, e.Excess.LimitBytes));
        Assert.Contains("(20% of ", e.Message, StringComparison.Ordinal);
        await CreateAsync(wide);
    }

    [Fact]
    public async Task The_three_files_that_cost_most_are_named()
    {
        var archive = await CreateAsync(null);
        var e = await RefusesAsync(SizeLimit.OfBytes(1));
        Assert.Equal(["opt/large", "opt/middle", "opt/small"], e.Excess!.Costliest.Select(c => c.Path));
        var layer = archive.Images[0].Layers[0];
        Assert.All(e.Excess.Costliest, c => Assert.Equal(
            (layer.Digest, layer.Files.Single(f => f.Path == c.Path).ArchiveSize), (c.Layer, c.ArchiveBytes)));
        Assert.Contains("What costs most: opt/large (8.8 KiB), opt/middle (", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("opt/least", e.Message, StringComparison.Ordinal);
        Assert.Contains("MaximumSize (--max-size)", e.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_files_are_told_the_layers_are_named()
    {
        var layers = Enumerable.Range(1, 4).Select(i => LayerBytes.Raw(Bytes.Random(i, 1000 * i))).ToArray();
        var (baseline, target) = (ImageMaker.Oci(Old), ImageMaker.Oci(layers));
        var e = await Errors.ThrowsAsync(DiffahErrors.ArchiveTooLarge, () => new CreateDelta(_lab.Images).RunAsync(
            _lab.CreateRequest(baseline, target, DeltaLab.QuickV1) with { MaximumSize = SizeLimit.OfBytes(9000) },
            EventSink.None, CancellationToken.None));
        Assert.Equal(
            [(null, layers[3].Digest.ToString(), 4000L), (null, layers[2].Digest.ToString(), 3000L),
                (null, layers[1].Digest.ToString(), 2000L)],
            e.Excess!.Costliest.Select(c => (c.Path, c.Layer, c.ArchiveBytes)));
        Assert.Contains($"layer {layers[3].Digest.ToString()[..19]} (3.9 KiB)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_there_stays_as_it_was_also_its_signature()
    {
        var files = new Dictionary<string, string>
        {
            [_lab.Archive] = "an older archive",
            [_lab.Archive + ".sig"] = "its signature",
        };
        foreach (var (path, text) in files)
            await File.WriteAllTextAsync(path, text);
        await RefusesAsync(SizeLimit.OfBytes(100), nothingIsThere: false);
        Assert.All(files, f => Assert.Equal(f.Value, File.ReadAllText(f.Key)));
        Assert.Equal(files.Keys.Order(), Directory.EnumerateFileSystemEntries(_lab.Folder["out"]).Order());
    }

    [Fact]
    public async Task A_plan_is_checked_by_what_the_archive_would_take_at_the_most()
    {
        var plan = await PlanAsync(null);
        Assert.Equal(plan.EstimatedArchiveBytes,
            (await PlanAsync(SizeLimit.OfBytes(plan.EstimatedArchiveBytes))).EstimatedArchiveBytes);
        var e = await Errors.ThrowsAsync(
            DiffahErrors.ArchiveTooLarge, () => PlanAsync(SizeLimit.OfBytes(plan.EstimatedArchiveBytes - 1)));
        Assert.Equal((plan.EstimatedArchiveBytes, plan.ImageBytes), (e.Excess!.ArchiveBytes, e.Excess.ImageBytes));
        Assert.Equal(["opt/large", "opt/middle", "opt/small"], e.Excess.Costliest.Select(c => c.Path));
        Assert.Contains("at the most", e.Message, StringComparison.Ordinal);
        Assert.Contains("This is an estimate", e.NextAction, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.Archive));
    }

    [Fact]
    public async Task A_bundle_is_measured_as_a_whole_and_what_its_images_share_is_named_once()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(3);
        var archive = await lab.CreateAsync(pairs);
        Task<DeltaArchive> MakeAsync(long bytes) => new CreateBundle(lab).RunAsync(
            lab.CreateRequest(pairs) with { MaximumSize = SizeLimit.OfBytes(bytes) }, EventSink.None,
            CancellationToken.None);
        Assert.Equal(archive.ArchiveBytes, (await MakeAsync(archive.ArchiveBytes)).ArchiveBytes);
        var before = await File.ReadAllBytesAsync(lab.Archive);
        var e = await Errors.ThrowsAsync(DiffahErrors.ArchiveTooLarge, () => MakeAsync(archive.ArchiveBytes - 1));
        Assert.Equal(archive.ImageBytes, e.Excess!.ImageBytes);
        Assert.Equal(3, e.Excess.Costliest.Length);
        Assert.Equal(1, e.Excess.Costliest.Count(c => c.ArchiveBytes >= 700));
        Assert.Equal(before, await File.ReadAllBytesAsync(lab.Archive));
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Work));
    }

    private Task<DeltaArchive> CreateAsync(SizeLimit? limit, EncodingOptions? options = null) =>
        new CreateDelta(_lab.Images).RunAsync(Request(limit, options), EventSink.None, CancellationToken.None);

    private Task<DeltaPlan> PlanAsync(SizeLimit? limit) =>
        new CreateDelta(_lab.Images).PlanAsync(Request(limit), EventSink.None, CancellationToken.None);

    private CreateDeltaRequest Request(SizeLimit? limit, EncodingOptions? options = null) =>
        _lab.CreateRequest(ImageMaker.Oci(Old), ImageMaker.Oci(New), options) with { MaximumSize = limit };

    private async Task<DiffahException> RefusesAsync(
        SizeLimit limit, EncodingOptions? options = null, bool nothingIsThere = true)
    {
        if (nothingIsThere)
            File.Delete(_lab.Archive);
        var e = await Errors.ThrowsAsync(DiffahErrors.ArchiveTooLarge, () => CreateAsync(limit, options));
        if (nothingIsThere)
            Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Folder["out"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
        return e;
    }
}
