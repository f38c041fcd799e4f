using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Reports;

public class InspectionTests
{
    private const long MiB = 1L << 20;

    [Fact]
    public async Task The_numbers_add_up()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var made = await lab.CreateAsync(baseline, target);
        var archive = await InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None);
        Assert.Equivalent(made, archive, strict: true);
        Assert.Equal(lab.Archive, archive.Path);
        Assert.Equal(new FileInfo(lab.Archive).Length, archive.ArchiveBytes);
        Assert.Equal((4, 3, 1), (archive.BlobCount, archive.FullCount, archive.PatchCount));

        var image = Assert.Single(archive.Images);
        Assert.Equal([nameof(BlobOrigin.Reuse), nameof(BlobOrigin.Patch), nameof(BlobOrigin.Full)],
            image.Layers.Select(l => l.Encoding));
        Assert.Equal((3, 2), (image.LayerCount, image.ArchiveLayerCount));
        var (patch, full) = (image.Layers[1], image.Layers[2]);
        Assert.Equal(target.Layers.Select(l => (long)l.Length), image.Layers.Select(l => l.TargetSize));
        var kept = image.Layers[0];
        Assert.Equal(
            (0L, kept.TargetSize, 1.0, 0.0), (kept.ArchiveSize, kept.SparedBytes, kept.SparedRatio, kept.Ratio));
        Assert.Equal((full.TargetSize, 0L, 1.0), (full.ArchiveSize, full.SparedBytes, full.Ratio));
        Assert.Equal(baseline.Manifest.Layers[1].Digest.ToString(), patch.PatchFrom);
        Assert.Equal(patch.TargetSize - patch.ArchiveSize, archive.PatchSparedBytes);
        Assert.Equal((archive.ArchiveBytes, archive.SparedBytes, archive.SparedRatio),
            (image.ArchiveBytes, image.SparedBytes, image.SparedRatio));
        Assert.Equal(patch.ArchiveSize, archive.PatchBytes);
        Assert.Equal(full.TargetSize + target.ManifestBytes.Length + target.Manifest.Config.Size, archive.FullBytes);
        Assert.Equal(archive.FullBytes + patch.TargetSize, archive.TargetBytes);
        Assert.Equal((double)archive.PatchSparedBytes / patch.TargetSize, archive.PatchSparedRatio);
        Assert.Equal(patch.ArchiveSize + archive.FullBytes, archive.StoredBytes);
        Assert.Equal(target.Layers.Sum(l => (long)l.Length) + target.ManifestBytes.Length + target.Manifest.Config.Size,
            image.ImageBytes);
        Assert.Equal(
            (image.ImageBytes, image.ImageBytes - archive.ArchiveBytes), (archive.ImageBytes, archive.SparedBytes));
        Assert.Equal((double)archive.SparedBytes / image.ImageBytes, archive.SparedRatio);
        Assert.Equal(new[] { kept, patch }.OrderByDescending(l => l.SparedBytes), image.TopSavings);
        var waste = Assert.Single(image.Waste);
        Assert.Equal(("full_layer", full.Digest, full.ArchiveSize, full.TargetSize),
            (waste.Kind, waste.Digest, waste.ArchiveSize, waste.TargetSize));
        Assert.Equal([0, 1, 2], image.Layers.Select(l => l.Index));
        Assert.Equal(target.Manifest.Layers.Select(l => l.MediaType), image.Layers.Select(l => l.MediaType));
        Assert.Equal(((double)patch.SparedBytes / patch.TargetSize, 0.0), (patch.SparedRatio, full.SparedRatio));
        Assert.Equal([3, 0, 0, 0, 0], image.SizeHistogram.Counts.ToArray());
    }

    [Fact]
    public async Task Images_weigh_what_their_distinct_blobs_do()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(2);
        await lab.CreateAsync([pairs[0], pairs[1]]);
        var archive = await InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None);
        var blobs = pairs.SelectMany(p => p.Target.Manifest.Layers.Append(p.Target.Manifest.Config)
            .Select(d => (d.Digest, d.Size)).Append((p.Target.Digest, p.Target.ManifestBytes.Length)));
        Assert.Equal(blobs.DistinctBy(b => b.Digest).Sum(b => b.Size), archive.ImageBytes);
        // layers are shared
        Assert.InRange(
            archive.ImageBytes, archive.Images.Max(i => i.ImageBytes), archive.Images.Sum(i => i.ImageBytes) - 1);
    }

    [Fact]
    public async Task A_patch_of_more_than_nine_tenths_is_waste()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        var size = draft.Patch.Value["size"]!.GetValue<int>();
        foreach (var (stored, waste) in new[] { (size * 9 / 10, false), ((size * 9 / 10) + 10, true) })
        {
            draft.Store(draft.Patch.Key, new byte[stored]);
            await File.WriteAllBytesAsync(lab.Archive, draft.Write());
            var archive = await InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None);
            Assert.Equal(
                waste, archive.Images[0].Waste.Any(w =>
                    (w.Kind, w.Digest, w.ArchiveSize, w.TargetSize) == ("poor_patch", draft.Patch.Key, stored, size)));
        }
    }

    [Fact]
    public async Task The_ten_layers_that_save_most_come_first_most_first()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        // Sizes grow and so do the savings; two layers are the same size, and go by digest.
        var texts = Enumerable.Range(0, 12).Select(i => Bytes.Random(i, 2000 + (Math.Min(i, 10) * 100))).ToArray();
        var baseline = ImageMaker.Oci(texts.Select(t => LayerBytes.Raw(t)));
        var target = ImageMaker.Oci(texts.Select(t => LayerBytes.Raw(Bytes.Edited(t))));
        var archive = await lab.CreateAsync(baseline, target, DeltaLab.QuickV1 with { Candidates = 12 });
        var image = archive.Images[0];
        Assert.Equal(12, archive.PatchCount);
        Assert.Equal(image.Layers.OrderByDescending(l => l.SparedBytes).ThenBy(l => l.Digest, StringComparer.Ordinal)
            .Take(10), image.TopSavings.ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(MiB - 1, 0)]
    [InlineData(MiB, 1)]
    [InlineData((10 * MiB) - 1, 1)]
    [InlineData(10 * MiB, 2)]
    [InlineData((100 * MiB) - 1, 2)]
    [InlineData(100 * MiB, 3)]
    [InlineData((1024 * MiB) - 1, 3)]
    [InlineData(1024 * MiB, 4)]
    [InlineData(long.MaxValue, 4)]
    public void A_size_falls_into_its_class(long size, int bucket)
    {
        var histogram = SizeHistogram.Of([size, size]);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => i == bucket ? 2 : 0), histogram.Counts.ToArray());
        Assert.Equal(histogram.Counts, histogram.Classes.Select(c => c.Count));
        Assert.Equal(["<1MiB", "1-10MiB", "10-100MiB", "100MiB-1GiB", ">=1GiB"], SizeHistogram.Buckets.ToArray());
    }

    [Fact]
    public async Task An_archive_of_no_layers_has_no_ratio_to_divide_by()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var archive = await lab.CreateAsync(ImageMaker.Oci(), ImageMaker.Oci());
        Assert.Equal((0, 0.0, false), (archive.PatchCount, archive.PatchSparedRatio, archive.RequiresZstd));
        Assert.Empty(archive.Images[0].Layers);
    }

    [Fact]
    public async Task A_signature_beside_the_archive_is_seen_and_not_looked_at()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        Assert.False((await lab.CreateAsync(baseline, target)).IsSigned);
        await File.WriteAllTextAsync($"{lab.Archive}.sig", "not a signature");
        Assert.True((await InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None)).IsSigned);
    }

    [Fact]
    public async Task Contents_are_not_looked_at_but_manifests_are()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        draft.Store(draft.FullLayer.Key, Bytes.Edited(draft.Content(draft.FullLayer.Key)));
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        await InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None);
        var manifest = draft.Target["manifest_digest"]!.GetValue<string>();
        draft.Store(manifest, Bytes.Edited(draft.Content(manifest)));
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        await Errors.ThrowsAsync(DiffahErrors.DigestMismatch,
            () => InspectArchive.RunAsync(lab.Archive, EventSink.None, CancellationToken.None));
    }

    [Fact]
    public async Task A_plan_says_for_each_blob_what_and_why()
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = Pairs.Mixed();
        var plan = await new CreateDelta(lab.Images).PlanAsync(
            lab.CreateRequest(baseline, target), EventSink.None, CancellationToken.None);
        Assert.Equal((lab.Archive, "linux/amd64", 4), (plan.Path, plan.Platform, plan.TotalBlobs));
        var image = Assert.Single(plan.Images);
        Assert.Equal(("default", baseline.Digest.ToString(), target.Digest.ToString()),
            (image.Name, image.BaselineManifestDigest, image.TargetManifestDigest));
        Assert.Equal([BlobKind.Manifest, BlobKind.Config, BlobKind.Layer, BlobKind.Layer, BlobKind.Layer],
            image.Blobs.Select(b => b.Kind));
        Assert.Equal([nameof(BlobOrigin.Full), nameof(BlobOrigin.Full), nameof(BlobOrigin.Reuse),
            nameof(BlobOrigin.Patch), nameof(BlobOrigin.Patch)], image.Blobs.Select(b => b.Action));
        Assert.Equal(0, image.Blobs[2].EstimatedBytes);
        Assert.Equal(3, image.Blobs[3].Candidates.Length);
        Assert.Equal(baseline.Manifest.Layers[1].Digest.ToString(), image.Blobs[3].Candidates[0].Digest);
        Assert.Equal(6000, image.Blobs[3].Candidates[0].SharedBytes);
        Assert.True(image.Blobs[3].EstimatedBytes < image.Blobs[3].Size / 4);
        Assert.Equal(image.Blobs[4].Size, image.Blobs[4].EstimatedBytes);
        Assert.All(image.Blobs, b => Assert.NotEmpty(b.Reason));
    }
}
