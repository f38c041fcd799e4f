using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>What holds for any target that is made from several baselines.</summary>
public class SeveralBaselinesLawTests
{
    // What the sidecar says of two more baselines.
    private const int Described = 2048;

    [Fact]
    public void Any_one_of_them_gives_the_target_byte_for_byte() => RandomImages.ForAllVersions(40, async drawn =>
    {
        using var lab = new DeltaLab();
        var (baselines, target) = drawn.Make();
        await MakeAsync(lab, baselines, target, together: false);
        var bytes = await File.ReadAllBytesAsync(lab.Archive);
        foreach (var baseline in baselines)
        {
            StrictDeltaValidator.AssertValid(bytes, baseline);
            target.AssertSame(await lab.RestoreAsync(baseline));
            lab.AssertTidy();
        }
    });

    [Fact]
    public void All_of_the_baselines_together_give_the_target_byte_for_byte() =>
        RandomImages.ForAllVersions(30, async drawn =>
        {
            using var lab = new DeltaLab();
            var (baselines, target) = drawn.Make();
            await MakeAsync(lab, baselines, target, together: true);
            target.AssertSame(await RestoreAsync(lab, baselines));
            Array.Reverse(baselines);
            target.AssertSame(await RestoreAsync(lab, baselines));
            lab.AssertTidy();
        });

    [Fact]
    public void It_is_no_larger_than_a_delta_from_each_and_all_together_no_larger_than_any_one() =>
        RandomImages.ForAllVersions(30, async drawn =>
        {
            if (!drawn.IsPlain)
                return;
            using var lab = new DeltaLab();
            var (baselines, target) = drawn.Make();
            var (sum, least) = (0L, long.MaxValue);
            foreach (var baseline in baselines.DistinctBy(b => b.Manifest.Digest))
            {
                var bytes = (await lab.CreateAsync(baseline, target)).ArchiveBytes;
                (sum, least) = (sum + bytes, Math.Min(least, bytes));
            }
            var any = (await MakeAsync(lab, baselines, target, together: false)).ArchiveBytes;
            Assert.True(any <= sum + Described, $"any one takes {any}, each alone takes {sum} together");
            var all = (await MakeAsync(lab, baselines, target, together: true)).ArchiveBytes;
            Assert.True(all <= least + Described, $"all together take {all}, one alone takes {least}");
        });

    [Fact]
    public void The_number_of_workers_changes_nothing() => RandomImages.ForAllVersions(8, async drawn =>
    {
        using var lab = new DeltaLab();
        var (baselines, target) = drawn.Make();
        byte[]? first = null;
        foreach (var workers in (int[])[1, 2, 8])
        {
            await MakeAsync(lab, baselines, target, together: false, workers);
            var bytes = await File.ReadAllBytesAsync(lab.Archive);
            Assert.Equal(first ??= bytes, bytes);
        }
    });

    private static Task<DeltaArchive> MakeAsync(
        DeltaLab lab, MemoryImage[] baselines, MemoryImage target, bool together, int workers = 2) =>
        new CreateDelta(lab.Images).RunAsync(
            lab.CreateRequest(baselines[0], target, DeltaLab.Quick with { Workers = workers }) with
            {
                OtherBaselines = Others(lab, baselines),
                NeedsAllBaselines = together,
            },
            EventSink.None, CancellationToken.None);

    private static async Task<MemoryImage> RestoreAsync(DeltaLab lab, MemoryImage[] baselines)
    {
        lab.Images.Remove("restored");
        await new RestoreImage(lab.Images).RunAsync(
            lab.RestoreRequest(baselines[0]) with { AdditionalBaselines = Others(lab, baselines) },
            EventSink.None, CancellationToken.None);
        return lab.Images.Find("restored")!;
    }

    private static ImmutableArray<ImageReference> Others(
        DeltaLab lab, MemoryImage[] baselines) =>
        [.. baselines.Skip(1).Select((b, i) => lab.Images.Put($"other-{i}", b))];
}
