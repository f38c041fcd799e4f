using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Making;

/// <summary>Many images in one archive: what they share is read, encoded and stored once.</summary>
public class BundleTests
{
    [Fact]
    public async Task Twenty_images_over_one_baseline_read_and_store_everything_once()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(20);
        var archive = await lab.CreateAsync(pairs);

        Assert.Equal(pairs.Select(p => p.Name), archive.Images.Select(i => i.Name));
        // 20 manifests and 20 configurations; 20 layers, and the one that all have.
        Assert.Equal((21, 40), (archive.PatchCount, archive.FullCount));
        Assert.Equal(21, lab.Images.Sources.Count);
        Assert.All(lab.Images.Sources, s => Assert.Equal((s.Key, 1), (s.Key, s.Value)));
        Assert.Equal(21, lab.Images.ManifestsRead);
        Assert.All(lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
        Assert.All(pairs[0].Baseline.Manifest.Layers, l => Assert.Equal(1, lab.Images.Opened[l.Digest]));
        StrictDeltaValidator.AssertValid(await File.ReadAllBytesAsync(lab.Archive), pairs);
        lab.AssertTidy();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Neither_workers_nor_the_order_of_pairs_change_a_byte(int version)
    {
        using var lab = new BundleLab();
        NamedPair[] pairs =
            [.. Bundles.Family(9), .. Bundles.Strangers(3).Select(p => p with { Name = $"other-{p.Name}" })];
        var options = DeltaLab.Quick with { ZstdLevel = 6, FormatVersion = version };
        var first = await lab.BytesAsync(pairs, options);
        var random = new Random(1);
        foreach (var workers in (int[])[1, 2, 8, 16])
        {
            random.Shuffle(pairs);
            Assert.Equal(first, await lab.BytesAsync(pairs, options with { Workers = workers }));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_bundle_has_the_same_bytes_for_any_workers_and_order(int version) =>
        RandomImages.ForAllBundles(10, async bundle =>
    {
        using var lab = new BundleLab();
        var pairs = bundle.Make();
        var options = DeltaLab.Quick with { FormatVersion = version };
        var first = await lab.BytesAsync(pairs, options with { Workers = 1 });
        Assert.Equal(first, await lab.BytesAsync(pairs.Reverse(), options with { Workers = 8 }));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Restoring_a_bundle_gives_every_target_byte_for_byte(int version) =>
        RandomImages.ForAllBundles(40, async bundle =>
    {
        using var lab = new BundleLab();
        var pairs = bundle.Make();
        var bytes = await lab.BytesAsync(pairs, DeltaLab.Quick with { FormatVersion = version });
        if (version == 1)
            StrictDeltaValidator.AssertValid(bytes, pairs);
        var strict = pairs.Length % 2 == 0;
        var outcomes = await lab.RestoreAsync(lab.RestoreRequest(pairs, strict));
        Assert.All(outcomes, o => Assert.Equal(RestoreStatus.Restored, o.Status));
        Assert.All(pairs, p => p.Target.AssertSame(lab.Find(p.Name)!));
        lab.AssertTidy();
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_image_of_a_bundle_restores_alone(int version) => RandomImages.ForAllBundles(15, async bundle =>
    {
        using var lab = new BundleLab();
        var pairs = bundle.Make();
        await lab.CreateAsync(pairs, DeltaLab.Quick with { FormatVersion = version });
        foreach (var pair in pairs)
        {
            var request = lab.RestoreRequest([pair]);
            var restored = await new RestoreImage(lab).RunAsync(
                new RestoreImageRequest
                {
                    ArchivePath = lab.Archive,
                    ImageName = pair.Name,
                    Baseline = request.Baselines[pair.Name],
                    Destination = request.Destinations[pair.Name],
                    WorkDirectory = lab.Work
                },
                EventSink.None, CancellationToken.None);
            Assert.Equal((pair.Name, pair.Target.Digest.ToString()), (restored.Name, restored.ManifestDigest));
            pair.Target.AssertSame(lab.Find(pair.Name)!);
        }
    });

    [Fact]
    public async Task A_target_may_be_the_baseline_of_another_pair()
    {
        using var lab = new BundleLab();
        var text = Bytes.Random(1, 4000);
        var versions = Enumerable.Range(1, 3).Select(v => ImageMaker.Oci(LayerBytes.Tar(("a", text), ("v", [(byte)v]))))
            .ToArray();
        NamedPair[] pairs = [new("one", versions[0], versions[1]), new("two", versions[1], versions[2])];
        StrictDeltaValidator.AssertValid(await lab.BytesAsync(pairs), pairs);
        Assert.Equal(3, lab.Images.Sources.Count);
        Assert.All(lab.Images.Sources.Values, count => Assert.Equal(1, count));
        await lab.RestoreAsync(lab.RestoreRequest(pairs, strict: true));
        Assert.All(pairs, p => p.Target.AssertSame(lab.Find(p.Name)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("-first")]
    [InlineData("_first")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ü")]
    [InlineData("line\n")]
    public async Task A_name_that_is_not_allowed_is_refused(string name)
    {
        using var lab = new BundleLab();
        var e = await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => lab.CreateAsync([Bundles.Family(1)[0] with { Name = name }]));
        Assert.Contains("lower-case", e.Message, StringComparison.Ordinal);
        lab.AssertTidy();
    }

    [Fact]
    public async Task Names_are_unique_and_there_is_at_least_one()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(2);
        var e = await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => lab.CreateAsync([pairs[0], pairs[1] with { Name = pairs[0].Name }]));
        Assert.Contains("svc-00", e.Message, StringComparison.Ordinal);
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => lab.CreateAsync([]));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => new CreateBundle(lab).RunAsync(
            lab.CreateRequest(pairs) with { Pairs = default }, EventSink.None, CancellationToken.None));
        await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => lab.CreateAsync([pairs[0] with { Name = new string('a', 256) }]));
        await lab.CreateAsync([pairs[0] with { Name = new string('a', 255) }]);
        lab.AssertTidy();
    }

    [Fact]
    public async Task Every_pair_that_can_not_be_opened_is_listed()
    {
        using var lab = new BundleLab();
        var request = lab.CreateRequest(Bundles.Family(4));
        var (gone, lost) = (InMemoryTransport.Reference("gone"), InMemoryTransport.Reference("lost"));
        request = request with
        {
            Pairs = [request.Pairs[0] with { Baseline = gone }, request.Pairs[1],
            request.Pairs[2] with { Target = lost }, request.Pairs[3] with { Baseline = gone }]
        };
        var e = await Errors.ThrowsAsync(DiffahErrors.FileNotFound,
            () => new CreateBundle(lab).RunAsync(request, EventSink.None, CancellationToken.None));
        Assert.Contains($"svc-00, svc-03: {gone}", e.Message, StringComparison.Ordinal);
        Assert.Contains($"svc-02: {lost}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("svc-01", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(lab.Archive));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_dry_run_counts_what_is_shared_once()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(5);
        var plan = await new CreateBundle(lab).PlanAsync(
            lab.CreateRequest(pairs), EventSink.None, CancellationToken.None);
        Assert.False(File.Exists(lab.Archive));
        lab.AssertTidy();
        var archive = await lab.CreateAsync(pairs);
        Assert.Equal(pairs.Select(p => p.Name), plan.Images.Select(i => i.Name));
        Assert.Equal(archive.BlobCount, plan.TotalBlobs);
        Assert.True(plan.EstimatedArchiveBytes >= archive.ArchiveBytes);
        Assert.All(plan.Images,
            i => Assert.Equal([nameof(BlobOrigin.Full), nameof(BlobOrigin.Full), nameof(BlobOrigin.Reuse),
                nameof(BlobOrigin.Patch), nameof(BlobOrigin.Patch)], i.Blobs.Select(b => b.Action)));
    }

    [Fact]
    public async Task A_bundle_can_be_compressed_as_a_whole()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(3);
        var plain = await lab.CreateAsync(pairs);
        var archive = await new CreateBundle(lab).RunAsync(
            lab.CreateRequest(pairs) with { Compression = Engine.Deltas.ArchiveCompression.Zstd }, EventSink.None,
            CancellationToken.None);
        Assert.Equal(
            CompressionKind.Zstd, CompressionFormat.Detect((await File.ReadAllBytesAsync(lab.Archive)).AsSpan(0, 4)));
        Assert.True(archive.ArchiveBytes < plain.ArchiveBytes);
        await lab.RestoreAsync(lab.RestoreRequest(pairs, strict: true));
        Assert.All(pairs, p => p.Target.AssertSame(lab.Find(p.Name)!));
    }
}
