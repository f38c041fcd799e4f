using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>What holds for any two images, in version 1 of the format.</summary>
public class DeltaLawTests() : DeltaLaws(1)
{
}

/// <summary>The same in version 2.</summary>
public class ContentDeltaLawTests() : DeltaLaws(2)
{
}

/// <summary>What holds for any two images.</summary>
/// <param name="version">The version of the format.</param>
public abstract class DeltaLaws(int version)
{
    private readonly EncodingOptions _quick = DeltaLab.Quick with { FormatVersion = version };

    [Fact]
    public void Restoring_gives_the_target_byte_for_byte() => RandomImages.ForAll(60, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        StrictDeltaValidator.AssertValid(await lab.BytesAsync(baseline, target, _quick), baseline);
        target.AssertSame(await lab.RestoreAsync(baseline));
        lab.AssertTidy();
    });

    [Fact]
    public void Whole_layers_restore_as_well() => RandomImages.ForAll(20, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        StrictDeltaValidator.AssertValid(
            await lab.BytesAsync(baseline, target, _quick with { IntraLayer = IntraLayerMode.Off }), baseline);
        target.AssertSame(await lab.RestoreAsync(baseline));
    });

    [Fact]
    public void Patching_never_makes_an_archive_larger() => RandomImages.ForAll(20, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        var whole = await lab.CreateAsync(baseline, target, _quick with { IntraLayer = IntraLayerMode.Off });
        var patched = await lab.CreateAsync(baseline, target, _quick);
        Assert.True(patched.FullBytes + patched.PatchBytes <= whole.FullBytes);
    });

    [Fact]
    public void The_number_of_workers_changes_nothing() => RandomImages.ForAll(12, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        var options = _quick with { ZstdLevel = 6 };
        var first = await lab.BytesAsync(baseline, target, options with { Workers = 1 });
        foreach (var workers in (int[])[1, 2, 8, 16])
            Assert.Equal(
                first, await lab.BytesAsync(baseline, target,
                    options with
                    {
                        Workers = workers,
                        MemoryBudget = workers == 8 ? 0 : EncodingOptions.DefaultMemoryBudget
                    }));
    });

    [Fact]
    public void A_dry_run_promises_no_less_than_the_archive_takes() => RandomImages.ForAll(20, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        var plan = await new Engine.Operations.CreateDelta(lab.Images).PlanAsync(
            lab.CreateRequest(baseline, target, _quick), Engine.Diagnostics.EventSink.None, CancellationToken.None);
        Assert.False(File.Exists(lab.Archive));
        lab.AssertTidy();
        var archive = await lab.CreateAsync(baseline, target, _quick);
        Assert.True(plan.EstimatedArchiveBytes >= archive.ArchiveBytes,
            $"planned {plan.EstimatedArchiveBytes}, took {archive.ArchiveBytes}");
        Assert.Equal(plan.TotalBlobs, archive.BlobCount);
        Assert.True(plan.Images[0].EstimatedBytes >= archive.FullBytes + archive.PatchBytes);
        Assert.Equal(plan.Images[0].ShippedBlobs, archive.BlobCount);
    });

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    public async Task A_delta_between_equal_images_carries_manifest_and_configuration_alone(CompressionKind compression)
    {
        using var lab = new DeltaLab();
        var (image, _) = Pairs.Mixed(compression);
        var archive = await lab.CreateAsync(image, image, _quick);
        Assert.Equal(2, archive.BlobCount);
        Assert.Equal(0, archive.Images[0].ArchiveLayerCount);
        image.AssertSame(await lab.RestoreAsync(image));
    }

    [Fact]
    public async Task Blobs_with_long_digests_travel_too()
    {
        using var lab = new DeltaLab();
        var (kept, changed) = (LayerBytes.Raw(Bytes.Text(1, 3000)), LayerBytes.Raw(Bytes.Edited(Bytes.Text(1, 3000))));
        var baseline = ImageMaker.Oci(kept with { Algorithm = "sha512" });
        var target = ImageMaker.Oci(
            changed with { Algorithm = "sha512" }, LayerBytes.Raw(Bytes.Random(2, 700)) with { Algorithm = "sha512" });
        StrictDeltaValidator.AssertValid(await lab.BytesAsync(baseline, target, _quick), baseline);
        target.AssertSame(await lab.RestoreAsync(baseline));
    }
}
