using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Indexes;

/// <summary>An archive of the images of all platforms, and the index that comes of it.</summary>
public sealed class AllPlatformsTests : IDisposable
{
    private readonly IndexBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(TransportNames.OciLayout)]
    [InlineData(TransportNames.OciArchive)]
    [InlineData(TransportNames.Directory)]
    public async Task The_index_arrives_with_all_below_it(string transport)
    {
        var (old, next) = (SampleIndex.Oci(1), SampleIndex.Oci(2));
        var baseline = await _bench.WriteAsync(old, transport, "old");
        var target = await _bench.WriteAsync(next, transport, "new");
        var archive = await _bench.DiffAsync(baseline, target);
        Assert.Equal(["linux-amd64", "linux-arm-v7", "linux-arm64"], archive.Images.Select(i => i.Name));

        var restored = await _bench.RestoreAsync(baseline, _bench.Reference(transport, "out"));
        Assert.Equal(next.Root.Digest.ToString(), restored.ManifestDigest);
        Assert.Equal(["linux/amd64", "linux/arm64", "linux/arm/v7"], restored.Platforms.ToArray());
        Assert.Null(restored.ImageId);
        await _bench.RequireSameAsync(_bench.Reference(transport, "out"), next);
    }

    [Fact]
    public async Task It_is_not_merged_with_another()
    {
        var baseline = await _bench.WriteAsync(SampleIndex.Oci(1), TransportNames.OciLayout, "old");
        await _bench.DiffAsync(baseline, await _bench.WriteAsync(SampleIndex.Oci(2), TransportNames.OciLayout, "new"));
        var error = await Assert.ThrowsAsync<DiffahException>(() => new MergeDeltas(TransportCatalog.Default).RunAsync(
            new MergeDeltasRequest
            {
                ArchivePaths = [_bench.Archive, _bench.Archive],
                OutputPath = _bench.Bench["merged.tar"],
            }, EventSink.None, default));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("an index", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_platform_is_restored_alone()
    {
        var (old, next) = (SampleIndex.Oci(1), SampleIndex.Oci(2));
        var baseline = await _bench.WriteAsync(old, TransportNames.OciLayout, "old");
        await _bench.DiffAsync(baseline, await _bench.WriteAsync(next, TransportNames.OciLayout, "new"));
        var byPlatform = await _bench.RestoreAsync(
            baseline, _bench.Reference(TransportNames.OciLayout, "one"),
            r => r with { Platform = Platform.Parse("linux/arm64") });
        Assert.Equal(next.Images[1].Manifest.Digest.ToString(), byPlatform.ManifestDigest);
        var byName = await _bench.RestoreAsync(
            baseline, _bench.Reference(TransportNames.OciLayout, "two"), r => r with { ImageName = "linux-arm-v7" });
        Assert.Equal(next.Images[3].Manifest.Digest.ToString(), byName.ManifestDigest);
        // What holds one image gets the archive's platform.
        var converted = await _bench.RestoreAsync(
            baseline, _bench.Reference(TransportNames.DockerArchive, "three.tar"), r => r with { AllowConvert = true });
        Assert.Equal(next.Images[0].Config.Digest.ToString(), converted.ImageId);
        Assert.Empty(converted.Platforms);
        var error = await Assert.ThrowsAsync<DiffahException>(() => _bench.RestoreAsync(
            baseline, _bench.Reference(TransportNames.OciLayout, "four"),
            r => r with { Platform = Platform.Parse("linux/s390x") }));
        Assert.Equal(DiffahErrors.PlatformNotFound, error.Error);
    }

    [Fact]
    public async Task A_new_platform_is_made_from_the_nearest()
    {
        var (old, next) = (SampleIndex.Flat(1), SampleIndex.Oci(2));
        var baseline = await _bench.WriteAsync(old, TransportNames.OciLayout, "old");
        await _bench.DiffAsync(baseline, await _bench.WriteAsync(next, TransportNames.OciLayout, "new"));
        await _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, "out"));
        await _bench.RequireSameAsync(_bench.Reference(TransportNames.OciLayout, "out"), next);
    }

    [Fact]
    public async Task One_image_serves_as_the_baseline_of_all()
    {
        var (old, next) = (SampleImage.Oci(1), SampleIndex.Flat(2));
        await _bench.Bench.WriteAsync(TransportNames.OciLayout, "old", old);
        var baseline = _bench.Reference(TransportNames.OciLayout, "old");
        await _bench.DiffAsync(baseline, await _bench.WriteAsync(next, TransportNames.OciLayout, "new"));
        await _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, "out"));
        await _bench.RequireSameAsync(_bench.Reference(TransportNames.OciLayout, "out"), next);
    }

    [Fact]
    public async Task A_target_that_is_one_image_is_an_ordinary_delta()
    {
        var next = SampleImage.Oci(2);
        await _bench.Bench.WriteAsync(TransportNames.OciLayout, "new", next);
        var baseline = await _bench.WriteAsync(SampleIndex.Flat(1), TransportNames.OciLayout, "old");
        var target = _bench.Reference(TransportNames.OciLayout, "new");
        var all = await _bench.DiffAsync(baseline, target);
        Assert.Equal(["default"], all.Images.Select(i => i.Name));
        var bytes = await File.ReadAllBytesAsync(_bench.Archive);
        await _bench.DiffAsync(baseline, target, r => r with { AllPlatforms = false, Overwrite = true });
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_bench.Archive));
    }

    [Fact]
    public async Task What_contradicts_is_refused()
    {
        var baseline = await _bench.WriteAsync(SampleIndex.Flat(1), TransportNames.OciLayout, "old");
        foreach (var change in new[] { (1, false), (2, true) })
        {
            var error = await Assert.ThrowsAsync<DiffahException>(() => _bench.DiffAsync(baseline, baseline,
                r => r with
                {
                    Encoding = r.Encoding with { FormatVersion = change.Item1, RequirePlatform = change.Item2 },
                }));
            Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        }
        Assert.False(File.Exists(_bench.Archive));
    }
}
