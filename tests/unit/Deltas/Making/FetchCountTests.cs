using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Making;

/// <summary>No blob is fetched twice, and none without need: sources may be registries.</summary>
public class FetchCountTests
{
    private static readonly byte[] Text = Bytes.Random(1, 20_000);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Making_a_delta_reads_each_blob_once(int workers)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Several();
        await lab.CreateAsync(baseline, target, DeltaLab.Quick with { Workers = workers, ZstdLevel = 6 });
        Assert.All(lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
        Assert.All(baseline.Manifest.Layers, l => Assert.Equal(1, lab.Images.Opened[l.Digest]));
    }

    [Fact]
    public async Task A_dry_run_reads_each_blob_once()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Several();
        await new CreateDelta(lab.Images).PlanAsync(
            lab.CreateRequest(baseline, target), EventSink.None, CancellationToken.None);
        Assert.All(lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
    }

    [Fact]
    public async Task Without_patching_the_baselines_layers_are_not_read()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Several();
        await lab.CreateAsync(baseline, target, DeltaLab.Quick with { IntraLayer = IntraLayerMode.Off });
        Assert.DoesNotContain(baseline.Manifest.Layers, l => lab.Images.Opened.ContainsKey(l.Digest));
    }

    [Fact]
    public async Task Restoring_reads_what_is_needed_of_the_baseline_once()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Several();
        await lab.CreateAsync(baseline, target);
        var archive = await InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None);
        Assert.Equal(3, archive.PatchCount);
        lab.Images.ForgetCounts();
        target.AssertSame(await lab.RestoreAsync(baseline));
        Assert.Equal(1, lab.Images.Opened[baseline.Manifest.Layers[0].Digest]);
        Assert.All(lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
        Assert.False(lab.Images.Opened.ContainsKey(baseline.Manifest.Layers[1].Digest));
    }

    [Fact]
    public async Task Planning_a_restore_reads_no_layer()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Several();
        await lab.CreateAsync(baseline, target);
        lab.Images.ForgetCounts();
        var plan = await new RestoreImage(lab.Images).PlanAsync(
            lab.RestoreRequest(baseline), EventSink.None, CancellationToken.None);
        Assert.True(plan.Images[0].WouldImport);
        Assert.Equal((4, 3, 3, 1), (plan.Images[0].LayerCount, plan.Images[0].ArchiveLayerCount,
            plan.Images[0].PatchLayerCount, plan.Images[0].BaselineLayerCount));
        Assert.DoesNotContain(baseline.Manifest.Layers, l => lab.Images.Opened.ContainsKey(l.Digest));
        lab.AssertNothingLeft();
    }

    /// <summary>
    /// Three layers patched from one, which is also taken as it is; and a baseline layer that nothing needs.
    /// </summary>
    private static (MemoryImage Baseline, MemoryImage Target) Several()
    {
        var kept = LayerBytes.Tar(("a", Text));
        var baseline = ImageMaker.Oci(kept, LayerBytes.Tar(("b", Bytes.Random(2, 300_000))));
        return (baseline, ImageMaker.Oci(kept, Variant(3), Variant(4), Variant(5)));

        static LayerBytes Variant(int seed) => LayerBytes.Tar(("a", Text), ("c", Bytes.Random(seed, 100)));
    }
}
