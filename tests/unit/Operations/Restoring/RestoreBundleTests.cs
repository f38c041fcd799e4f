using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Restoring;

/// <summary>Restoring images of a bundle: what can be restored, or all or nothing.</summary>
public sealed class RestoreBundleTests : IDisposable
{
    private readonly BundleLab _lab = new();
    private readonly EventLog _log = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_images_share_is_fetched_once(bool strict)
    {
        var pairs = Bundles.Family(20);
        await _lab.CreateAsync(pairs);
        _lab.Images.ForgetCounts();
        await _lab.RestoreAsync(_lab.RestoreRequest(pairs, strict));
        Assert.All(pairs, p => p.Target.AssertSame(_lab.Find(p.Name)!));
        Assert.Equal([("/memory/" + _lab.Put(pairs[0].Baseline).SourceHint, 1)],
            _lab.Images.Sources.Select(s => (s.Key, s.Value)));
        var baseline = pairs[0].Baseline.Manifest;
        Assert.All(baseline.Layers, l => Assert.Equal(1, _lab.Images.Opened[l.Digest]));
        Assert.Equal(1, _lab.Images.Opened[baseline.Config.Digest]);
        _lab.AssertTidy();
    }

    /// <summary>Warnings, but for the one that the archive is not signed.</summary>
    private IEnumerable<string> OfImages =>
        _log.Messages(EventLevel.Warning).Where(m => !m.Contains("not signed", StringComparison.Ordinal));

    [Fact]
    public async Task A_layer_of_several_baselines_is_fetched_once()
    {
        var kept = LayerBytes.Tar(("kept", Bytes.Random(1, 900)));
        NamedPair[] pairs =
            [.. Enumerable.Range(0, 4).Select(
                i => new NamedPair($"svc-{i}", ImageMaker.Oci(kept, LayerBytes.Raw([(byte)i])), ImageMaker.Oci(kept)))];
        await _lab.CreateAsync(pairs);
        _lab.Images.ForgetCounts();
        await _lab.RestoreAsync(_lab.RestoreRequest(pairs));
        Assert.Equal(4, _lab.Images.Sources.Count);
        Assert.Equal(1, _lab.Images.Opened[kept.Digest]);
    }

    [Fact]
    public async Task One_bad_baseline_spoils_only_its_image()
    {
        var pairs = Bundles.Strangers(3);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs);
        request = request with { Baselines = request.Baselines.SetItem("svc-01", _lab.Put(pairs[0].Target)) };
        var outcomes = await _lab.RestoreAsync(request, _log.Sink);
        Assert.Equal(
            [RestoreStatus.Restored, RestoreStatus.Failed, RestoreStatus.Restored], outcomes.Select(o => o.Status));
        Assert.Equal(DiffahErrors.BaselineMismatch, outcomes[1].Error!.Error);
        Assert.Equal((null, request.Destinations["svc-01"].ToString()), (outcomes[1].Image, outcomes[1].Destination));
        Assert.Contains("svc-01", Assert.Single(OfImages), StringComparison.Ordinal);
        Assert.Equal(pairs[2].Target.Digest.ToString(), outcomes[2].Image!.ManifestDigest);
        Assert.Equal((3, 1, 1, 1), (outcomes[2].Image!.LayerCount, outcomes[2].Image!.BaselineLayerCount,
            outcomes[2].Image!.PatchedLayerCount, outcomes[2].Image!.FullLayerCount));
        Assert.Null(_lab.Find("svc-01"));
        _lab.AssertTidy();
    }

    [Fact]
    public async Task A_damaged_patch_spoils_only_its_image_or_in_strict_mode_all()
    {
        var pairs = Bundles.Strangers(3);
        await _lab.CreateAsync(pairs);
        _lab.DamagePatch(pairs[2]);
        var e = await Assert.ThrowsAsync<DiffahException>(
            () => _lab.RestoreAsync(_lab.RestoreRequest(pairs, strict: true)));
        Assert.Equal(DiffahErrorCategory.Content, e.Error.Category);
        Assert.Contains("nothing was written. svc-02: ", e.Message, StringComparison.Ordinal);
        _lab.AssertNothingRestored();

        var outcomes = await _lab.RestoreAsync(_lab.RestoreRequest(pairs));
        Assert.Equal(
            [RestoreStatus.Restored, RestoreStatus.Restored, RestoreStatus.Failed], outcomes.Select(o => o.Status));
        pairs[1].Target.AssertSame(_lab.Find("svc-01")!);
        _lab.AssertTidy();
    }

    [Fact]
    public async Task A_damaged_manifest_spoils_only_its_image()
    {
        var pairs = Bundles.Strangers(2);
        var made = await _lab.CreateAsync(pairs);
        _lab.DamageManifest(pairs[0]);
        var bundle = await new RestoreBundle(_lab).RunAsync(
            _lab.RestoreRequest(pairs), EventSink.None, CancellationToken.None);
        Assert.Equal([RestoreStatus.Failed, RestoreStatus.Restored], bundle.Images.Select(i => i.Status));
        Assert.Equal(DiffahErrors.DigestMismatch, bundle.Images[0].Error!.Error);
        Assert.Equal((made.Path, made.BlobCount, made.ArchiveBytes, made.PatchSparedBytes, false),
            (bundle.Archive.Path, bundle.Archive.BlobCount, bundle.Archive.ArchiveBytes,
                bundle.Archive.PatchSparedBytes, bundle.Archive.IsSigned));
        _lab.AssertTidy();
    }

    [Fact]
    public async Task A_layer_that_one_baseline_can_not_give_is_had_from_another()
    {
        var kept = LayerBytes.Tar(("kept", Bytes.Random(1, 900)));
        NamedPair[] pairs =
            [.. Enumerable.Range(0, 2).Select(
                i => new NamedPair($"svc-{i}", ImageMaker.Oci(kept, LayerBytes.Raw([(byte)i])), ImageMaker.Oci(kept)))];
        await _lab.CreateAsync(pairs);
        var opened = 0;
        _lab.Images.OpenBlob = (digest, bytes) => digest == kept.Digest && Interlocked.Increment(ref opened) == 1
            ? throw new DiffahException(DiffahErrors.RegistryUnreachable, "gone") : new MemoryStream(bytes);
        var outcomes = await _lab.RestoreAsync(_lab.RestoreRequest(pairs));
        Assert.Equal([RestoreStatus.Failed, RestoreStatus.Restored], outcomes.Select(o => o.Status));
        Assert.Equal(DiffahErrors.RegistryUnreachable, outcomes[0].Error!.Error);
    }

    [Fact]
    public async Task Strict_mode_lists_every_problem_and_writes_nothing()
    {
        var pairs = Bundles.Strangers(5);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs, strict: true);
        _lab.Images.Put("in-the-way", pairs[0].Baseline);
        request = request with
        {
            Baselines = request.Baselines.SetItem("svc-01", _lab.Put(pairs[0].Target)).Remove("svc-02")
                .SetItem("svc-03", InMemoryTransport.Reference("gone")),
            Destinations = request.Destinations.SetItem("svc-04", InMemoryTransport.Reference("in-the-way")),
        };
        _lab.Images.ForgetCounts();
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => _lab.RestoreAsync(request));
        var wrong = request.Baselines["svc-01"];
        Assert.All((string[])[$"svc-01: {wrong} does not have what the delta (made from",
            "svc-02: For image 'svc-02' no baseline is given",
            "svc-03: oci:/memory/gone", "svc-04: oci:/memory/in-the-way exists"],
            part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("svc-00: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            pairs.SelectMany(p => p.Baseline.Manifest.Layers), l => _lab.Images.Opened.ContainsKey(l.Digest));
        _lab.AssertNothingRestored();
    }

    [Fact]
    public async Task Without_baseline_or_destination_an_image_is_skipped()
    {
        var pairs = Bundles.Strangers(3);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs);
        request = request with
        {
            Baselines = request.Baselines.Remove("svc-00"),
            Destinations = request.Destinations.Remove("svc-01")
        };
        var outcomes = await _lab.RestoreAsync(request, _log.Sink);
        Assert.Equal(
            [RestoreStatus.Skipped, RestoreStatus.Skipped, RestoreStatus.Restored], outcomes.Select(o => o.Status));
        Assert.Equal((null, 2), (outcomes[1].Destination, OfImages.Count()));
        Assert.All(outcomes.Take(2), o => Assert.Equal(DiffahErrors.InvalidArgument, o.Error!.Error));
    }

    [Fact]
    public async Task Where_none_is_restored_there_is_an_error_that_lists_them()
    {
        var pairs = Bundles.Strangers(2);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs);
        request = request with
        {
            Baselines = request.Baselines.SetItem("svc-00", InMemoryTransport.Reference("gone"))
            .Remove("svc-01")
        };
        var e = await Errors.ThrowsAsync(DiffahErrors.FileNotFound, () => _lab.RestoreAsync(request));
        Assert.Contains("svc-00: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("svc-01: ", e.Message, StringComparison.Ordinal);
        _lab.AssertNothingRestored();
    }

    [Fact]
    public async Task Names_choose_images()
    {
        var pairs = Bundles.Strangers(4);
        await _lab.CreateAsync(pairs);
        var outcomes =
            await _lab.RestoreAsync(_lab.RestoreRequest(pairs, strict: true) with { Names = ["svc-03", "svc-01"] });
        Assert.Equal(["svc-01", "svc-03"], outcomes.Select(o => o.Name));
        Assert.Null(_lab.Find("svc-00"));
        pairs[3].Target.AssertSame(_lab.Find("svc-03")!);
    }

    [Fact]
    public async Task A_name_that_the_archive_does_not_have_is_refused_wherever_it_is()
    {
        var pairs = Bundles.Strangers(2);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs);
        var reference = InMemoryTransport.Reference("x");
        foreach (var wrong in (RestoreBundleRequest[])[
            request with { Names = ["svc-00", "svc-9"] },
            request with { Baselines = request.Baselines.Add("svc-9", reference) },
            request with { Destinations = request.Destinations.Add("svc-9", reference) }])
        {
            var e = await Errors.ThrowsAsync(DiffahErrors.ImageNotFound, () => _lab.RestoreAsync(wrong));
            Assert.Contains("no image 'svc-9'. It has: svc-00, svc-01", e.Message, StringComparison.Ordinal);
            await Errors.ThrowsAsync(DiffahErrors.ImageNotFound,
                () => new RestoreBundle(_lab).PlanAsync(wrong, EventSink.None, CancellationToken.None));
        }
        _lab.AssertNothingRestored();
    }

    [Fact]
    public async Task One_image_of_a_bundle_needs_its_name()
    {
        var pairs = Bundles.Strangers(2);
        await _lab.CreateAsync(pairs);
        var request = new RestoreImageRequest
        {
            ArchivePath = _lab.Archive,
            Baseline = _lab.Put(pairs[1].Baseline),
            Destination = InMemoryTransport.Reference("restored-one"),
            WorkDirectory = _lab.Work
        };
        var e = await Errors.ThrowsAsync(DiffahErrors.AmbiguousImage,
            () => new RestoreImage(_lab).RunAsync(request, EventSink.None, CancellationToken.None));
        Assert.Contains("svc-00, svc-01", e.Message, StringComparison.Ordinal);
        await Errors.ThrowsAsync(DiffahErrors.ImageNotFound, () => new RestoreImage(_lab).RunAsync(
            request with { ImageName = "svc" }, EventSink.None, CancellationToken.None));
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => new RestoreImage(_lab).RunAsync(
            request with { ImageName = "svc-00" }, EventSink.None, CancellationToken.None));
        _lab.AssertNothingRestored();
        await new RestoreImage(_lab).RunAsync(
            request with { ImageName = "svc-01" }, EventSink.None, CancellationToken.None);
        pairs[1].Target.AssertSame(_lab.Find("one")!);
    }

    [Theory]
    [InlineData("oci:/memory/x", "oci:/memory/x")]
    [InlineData("oci:/memory/x:a", "oci:/memory/x:a")]
    [InlineData("oci:/memory/x", "oci:/memory/x:a")]
    [InlineData("oci:/memory/x:a", "oci:/memory/y/../x:a")]
    [InlineData("dir:/srv/x", "dir:/srv/x/")]
    [InlineData("dir:/srv/x", "oci:/srv/x:a")]
    [InlineData("docker-archive:/srv/x:app:v1", "docker-archive:/srv/x:app:v2")]
    [InlineData("oci-archive:/srv/x:a", "oci-archive:/srv/x:b")]
    [InlineData("docker-archive:/srv/x", "oci-archive:/srv/x")]
    [InlineData("docker://host/app:v1", "docker://host/app:v1")]
    [InlineData("docker://busybox", "docker://docker.io/library/busybox:latest")]
    public async Task Two_images_with_one_destination_are_refused(string first, string second)
    {
        var pairs = Bundles.Strangers(2);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs) with
        {
            Destinations = ImmutableSortedDictionary.Create<string, ImageReference>(StringComparer.Ordinal)
                .Add("svc-00", ImageReference.Parse(first)).Add("svc-01", ImageReference.Parse(second)),
        };
        var e = await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => _lab.RestoreAsync(request));
        Assert.Contains("svc-00, svc-01", e.Message, StringComparison.Ordinal);
        _lab.AssertNothingRestored();
    }

    [Fact]
    public async Task A_plan_says_of_each_image_what_would_become_of_it()
    {
        var pairs = Bundles.Strangers(4);
        await _lab.CreateAsync(pairs);
        var request = _lab.RestoreRequest(pairs, strict: true);
        request = request with
        {
            Baselines = request.Baselines.Remove("svc-01")
            .SetItem("svc-02", _lab.Put(pairs[0].Target)),
            Destinations = request.Destinations.Remove("svc-03")
        };
        _lab.Images.ForgetCounts();
        var plan = await new RestoreBundle(_lab).PlanAsync(request, EventSink.None, CancellationToken.None);
        Assert.Equal([true, false, false, false], plan.Images.Select(i => i.WouldImport));
        Assert.Equal([true, false, true, true], plan.Images.Select(i => i.BaselineProvided));
        Assert.Equal([null, DiffahErrors.InvalidArgument, DiffahErrors.BaselineMismatch, DiffahErrors.InvalidArgument],
            plan.Images.Select(i => i.Problem?.Error));
        Assert.Null(plan.Images[3].Destination);
        Assert.All(plan.Images,
            i => Assert.Equal(
                (3, 2, 1, 1), (i.LayerCount, i.ArchiveLayerCount, i.PatchLayerCount, i.BaselineLayerCount)));
        Assert.Equal(pairs.Select(p => p.Target.Digest.ToString()), plan.Images.Select(i => i.TargetManifestDigest));
        Assert.Equal(4, plan.Archive.Images.Length);
        Assert.DoesNotContain(
            pairs.SelectMany(p => p.Baseline.Manifest.Layers), l => _lab.Images.Opened.ContainsKey(l.Digest));
        _lab.AssertNothingRestored();
    }

    [Fact]
    public async Task In_strict_mode_images_become_visible_only_when_all_are_written()
    {
        var pairs = Bundles.Strangers(3);
        await _lab.CreateAsync(pairs);
        var (commits, allowed) = (0, 0);
        _lab.Images.BeforeCommit = _ =>
        {
            if (++commits > allowed)
                throw new DiffahException(DiffahErrors.DiskFull, "full");
        };
        var e = await Errors.ThrowsAsync(
            DiffahErrors.DiskFull, () => _lab.RestoreAsync(_lab.RestoreRequest(pairs, strict: true)));
        Assert.Contains("nothing was written", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, commits);
        _lab.AssertNothingRestored();

        (commits, allowed) = (0, 2);
        e = await Errors.ThrowsAsync(
            DiffahErrors.DiskFull, () => _lab.RestoreAsync(_lab.RestoreRequest(pairs, strict: true)));
        Assert.Contains("these are in place: svc-00, svc-01. svc-02: full", e.Message, StringComparison.Ordinal);
    }
}
