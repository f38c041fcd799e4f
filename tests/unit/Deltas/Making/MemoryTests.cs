using System.Globalization;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Making;

/// <summary>The gate that admits encodes, and the rule that refuses what it never could.</summary>
public class MemoryTests
{
    [Fact]
    public async Task Work_waits_until_it_fits()
    {
        var gate = new MemoryGate(100);
        var first = await gate.EnterAsync(60, CancellationToken.None);
        using var second = await gate.EnterAsync(40, CancellationToken.None);
        var third = gate.EnterAsync(1, CancellationToken.None);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task First_come_first_served_even_where_the_next_would_fit()
    {
        var gate = new MemoryGate(100);
        var running = await gate.EnterAsync(60, CancellationToken.None);
        var large = gate.EnterAsync(90, CancellationToken.None);
        var small = gate.EnterAsync(10, CancellationToken.None);
        Assert.False(small.IsCompleted);
        running.Dispose();
        using var admitted = await large;
        (await small).Dispose();
    }

    [Fact]
    public async Task Who_is_cancelled_makes_way_for_the_next()
    {
        var gate = new MemoryGate(100);
        using var running = await gate.EnterAsync(60, CancellationToken.None);
        using var source = new CancellationTokenSource();
        var large = gate.EnterAsync(90, source.Token);
        var small = gate.EnterAsync(40, CancellationToken.None);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
    }

    [Fact]
    public async Task Who_is_cancelled_before_is_not_admitted()
    {
        var gate = new MemoryGate(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => gate.EnterAsync(1, new CancellationToken(canceled: true)));
        (await gate.EnterAsync(100, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Giving_back_twice_gives_back_once()
    {
        var gate = new MemoryGate(100);
        var first = await gate.EnterAsync(100, CancellationToken.None);
        first.Dispose();
        first.Dispose();
        using var second = await gate.EnterAsync(100, CancellationToken.None);
        Assert.False(gate.EnterAsync(1, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_budget_of_nothing_admits_everything()
    {
        var gate = new MemoryGate(0);
        for (var i = 0; i < 100; i++)
            Assert.True(gate.EnterAsync(long.MaxValue / 1000, CancellationToken.None).IsCompletedSuccessfully);
        Assert.True((await gate.EnterAsync(1, CancellationToken.None)) is not null);
    }

    [Theory]
    [InlineData(1L, 28)]
    [InlineData(128L << 20, 28)]
    [InlineData((128L << 20) + 1, 31)]
    [InlineData(1L << 30, 31)]
    [InlineData((1L << 30) + 1, 32)]
    public void An_estimate_goes_by_the_window_and_the_window_by_the_size(long size, int log) =>
        Assert.Equal(1L << log, ZstdPatchFrame.Instance.EstimateMemory(size, 1, new PatchSettings(1, null)));

    [Fact]
    public void A_given_window_wins_over_the_size() =>
        Assert.InRange(
            ZstdPatchFrame.Instance.EstimateMemory(1L << 40, 1, new PatchSettings(1, 20)), 1L << 21, 1L << 26);

    [Fact]
    public void An_estimate_is_never_below_what_the_level_takes() =>
        Assert.True(
            ZstdPatchFrame.Instance.EstimateMemory(100 << 20, 100 << 20, new PatchSettings(22, null)) > 1L << 29);

    [Fact]
    public async Task What_never_fits_is_refused_before_a_layer_is_read_and_told_what_helps()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var e = await Errors.ThrowsAsync(DiffahErrors.MemoryBudgetExceeded,
            () => lab.CreateAsync(baseline, target, DeltaLab.QuickV1 with { MemoryBudget = 200 << 20 }));
        Assert.Equal(DiffahErrorCategory.User, e.Error.Category);
        Assert.Contains("200 MiB", e.Message, StringComparison.Ordinal);
        Assert.Contains("256MiB", e.NextAction, StringComparison.Ordinal);
        foreach (var way in (string[])["budget", "window log (now auto)",
            $"level (now {3.ToString(CultureInfo.InvariantCulture)})", "intra-layer"])
            Assert.Contains(way, e.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain(
            target.Manifest.Layers.Concat(baseline.Manifest.Layers), l => lab.Images.Opened.ContainsKey(l.Digest));
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task Comparing_files_takes_a_least_of_memory_that_is_told_before_a_layer_is_read()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var e = await Errors.ThrowsAsync(DiffahErrors.MemoryBudgetExceeded,
            () => lab.CreateAsync(baseline, target, DeltaLab.Quick with { MemoryBudget = 1 << 20 }));
        Assert.Contains("the memory budget is 1 MiB", e.Message, StringComparison.Ordinal);
        Assert.Contains("intra-layer", e.NextAction, StringComparison.Ordinal);
        Assert.Empty(lab.Images.Opened.Keys.Intersect(
            target.Manifest.Layers.Concat(baseline.Manifest.Layers).Select(l => l.Digest)));
        lab.AssertNothingLeft();
        await lab.CreateAsync(baseline, target, DeltaLab.Quick with
        {
            MemoryBudget = 1 << 20,
            IntraLayer = IntraLayerMode.Off,
        });
    }

    [Fact]
    public async Task What_is_told_to_help_does_help()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        foreach (var options in (EncodingOptions[])[DeltaLab.QuickV1 with { MemoryBudget = 256 << 20 },
            DeltaLab.QuickV1 with { MemoryBudget = 0 },
            DeltaLab.QuickV1 with { MemoryBudget = 200 << 20, ZstdWindowLog = 20 },
            DeltaLab.QuickV1 with { MemoryBudget = 1, IntraLayer = IntraLayerMode.Off }])
            await lab.CreateAsync(baseline, target, options);
    }
}
