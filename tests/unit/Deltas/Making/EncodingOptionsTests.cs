using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Making;

public class EncodingOptionsTests
{
    private static readonly EncodingOptions Default = new();

    public static TheoryData<EncodingOptions, string> Wrong => new()
    {
        { Default with { Workers = 0 }, "Workers" },
        { Default with { Workers = 1025 }, "Workers" },
        { Default with { Candidates = 0 }, "Candidates" },
        { Default with { Candidates = 1025 }, "Candidates" },
        { Default with { ZstdLevel = 0 }, "level" },
        { Default with { ZstdLevel = 23 }, "level" },
        { Default with { ZstdWindowLog = 9 }, "window log" },
        { Default with { ZstdWindowLog = 32 }, "window log" },
        { Default with { MemoryBudget = -1 }, "memory budget" },
        { Default with { Effort = (EncodingEffort)(-1) }, "effort" },
        { Default with { Effort = (EncodingEffort)3 }, "effort" },
    };

    public static TheoryData<EncodingOptions> Right => new()
    {
        Default,
        Default with { Workers = 1, Candidates = 1, ZstdLevel = 1, ZstdWindowLog = 10, MemoryBudget = 0 },
        Default with { Workers = 1024, Candidates = 1024, ZstdLevel = 22, ZstdWindowLog = 31,
            MemoryBudget = long.MaxValue },
        Default with { Effort = EncodingEffort.Fast },
        Default with { Effort = EncodingEffort.Full },
        Default with { Effort = EncodingEffort.Full, FormatVersion = 1 },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Values_out_of_range_are_refused_by_name_before_any_work(EncodingOptions options, string says)
    {
        Assert.Contains(
            says, Errors.Throws(DiffahErrors.InvalidArgument, options.Validate).Message, StringComparison.Ordinal);
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => lab.CreateAsync(baseline, target, options));
        Assert.Empty(lab.Images.Opened);
        lab.AssertNothingLeft();
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void Values_in_range_are_taken(EncodingOptions options) => options.Validate();

    [Fact]
    public void The_defaults_are_those_that_are_documented() =>
        Assert.Equal((Platform.Parse("linux/amd64"), IntraLayerMode.Auto, 2, EncodingEffort.Compact, 8, 3, 22,
            (int?)null, 8L << 30), (Default.Platform, Default.IntraLayer, Default.FormatVersion, Default.Effort,
            Default.Workers, Default.Candidates, Default.ZstdLevel, Default.ZstdWindowLog, Default.MemoryBudget));

    [Theory]
    [InlineData(IntraLayerMode.Auto, true)]
    [InlineData(IntraLayerMode.Required, true)]
    [InlineData(IntraLayerMode.Off, false)]
    public async Task Layers_are_patched_unless_that_is_off(IntraLayerMode mode, bool patched)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var archive = await lab.CreateAsync(baseline, target, DeltaLab.Quick with { IntraLayer = mode });
        Assert.Equal((patched, patched), (archive.PatchCount > 0, archive.RequiresZstd));
    }

    [Fact]
    public async Task Effort_says_nothing_for_version_1()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var archives = new List<byte[]>();
        foreach (var effort in Enum.GetValues<EncodingEffort>())
            archives.Add(await lab.BytesAsync(baseline, target, DeltaLab.QuickV1 with { Effort = effort }));
        Assert.All(archives, archive => Assert.Equal(archives[0], archive));
    }

    [Fact]
    public async Task More_candidates_never_make_an_archive_larger()
    {
        using var lab = new DeltaLab();
        var text = Bytes.Random(1, 8000);
        var baseline = ImageMaker.Oci(
            LayerBytes.Raw(Bytes.Random(2, 8100)), LayerBytes.Raw(Bytes.Random(3, 8050)), LayerBytes.Raw(text));
        var target = ImageMaker.Oci(LayerBytes.Raw([.. text, .. Bytes.Random(4, 200)]));
        var sizes = new List<long>();
        for (var candidates = 1; candidates <= 3; candidates++)
            sizes.Add(
                (await lab.CreateAsync(
                    baseline, target, DeltaLab.Quick with { Candidates = candidates })).ArchiveBytes);
        Assert.Equal(sizes.OrderDescending(), sizes);
        // The layer that shares most is the third by size.
        Assert.True(sizes[2] < sizes[0] - 7000);
    }
}
