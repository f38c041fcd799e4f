using Diffah.Engine.Deltas;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Merging;

/// <summary>What holds for deltas of version 1.</summary>
public class MergeLawTests() : MergeLaws(DeltaLab.QuickV1)
{
}

/// <summary>The same in version 2.</summary>
public class ContentMergeLawTests() : MergeLaws(DeltaLab.Quick)
{
}

/// <summary>The same where small layers are often patched as they are stored.</summary>
public class MixedMergeLawTests() : MergeLaws(DeltaLab.QuickFast)
{
}

/// <summary>What holds for the deltas of any images that follow one another.</summary>
/// <param name="options">How deltas are made.</param>
public abstract class MergeLaws(EncodingOptions options)
{
    [Fact]
    public void A_merged_delta_gives_the_last_image_of_the_first() => RandomImages.ForAllReleases(40, async chain =>
    {
        using var lab = new MergeLab();
        var versions = chain.Make();
        var deltas = await lab.DeltasAsync(versions, options);
        await lab.MergeAsync(deltas);
        versions[^1].AssertSame(await lab.RestoreAsync(versions[0]));
        await lab.AssertVerifiesAsync(versions[0]);
        lab.AssertRestoresElsewhere(versions[0]);
        lab.AssertTidy();
    });

    [Fact]
    public void With_the_first_image_it_takes_no_more_bytes() => RandomImages.ForAllReleases(30, async chain =>
    {
        using var lab = new MergeLab();
        var versions = chain.Make();
        var deltas = await lab.DeltasAsync(versions, options);
        var merged = await lab.MergeAsync(deltas);
        var flat = await lab.MergeAsync(lab.Request(deltas) with { Baseline = lab.Put(versions[0]) });
        Assert.True(flat.ArchiveBytes <= merged.ArchiveBytes);
        versions[^1].AssertSame(await lab.RestoreAsync(versions[0]));
        await lab.AssertVerifiesAsync(versions[0]);
        lab.AssertRestoresElsewhere(versions[0]);
        lab.AssertTidy();
    });

    [Fact]
    public void It_takes_no_more_than_the_deltas_together() => RandomImages.ForAllReleases(20, async chain =>
    {
        using var lab = new MergeLab();
        var deltas = await lab.DeltasAsync(chain.Make(), options);
        var merged = await lab.MergeAsync(deltas);
        Assert.True(merged.ArchiveBytes <= deltas.Sum(d => new FileInfo(d).Length) + 4096);
    });

    [Fact]
    public void The_order_of_merging_changes_nothing() => RandomImages.ForAllReleases(20, async chain =>
    {
        using var lab = new MergeLab();
        var versions = chain.Make();
        var deltas = await lab.DeltasAsync(versions, options);
        if (deltas.Length < 3)
            return;
        var (left, right) = (lab.Folder["left.delta"], lab.Folder["right.delta"]);
        await lab.MergeAsync(lab.Request(deltas[..2], left));
        await lab.MergeAsync(lab.Request([left, .. deltas[2..]], left + "2"));
        await lab.MergeAsync(lab.Request(deltas[1..], right));
        await lab.MergeAsync(lab.Request([deltas[0], right], right + "2"));
        versions[^1].AssertSame(await lab.RestoreAsync(versions[0], left + "2"));
        versions[^1].AssertSame(await lab.RestoreAsync(versions[0], right + "2"));
    });

    [Fact]
    public void Merging_twice_gives_the_same_bytes() => RandomImages.ForAllReleases(8, async chain =>
    {
        using var lab = new MergeLab();
        var deltas = await lab.DeltasAsync(chain.Make(), options);
        var request = lab.Request(deltas) with { CreatedAt = DeltaLab.Time };
        await lab.MergeAsync(request);
        var first = await File.ReadAllBytesAsync(lab.Merged);
        await lab.MergeAsync(request);
        Assert.Equal(first, await File.ReadAllBytesAsync(lab.Merged));
    });
}
