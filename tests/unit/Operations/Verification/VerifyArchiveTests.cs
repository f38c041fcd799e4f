using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Verification;

public sealed class VerifyArchiveTests : IDisposable
{
    private readonly DeltaLab _lab = new() { Options = DeltaLab.QuickV1 };
    private readonly MemoryImage _baseline;
    private readonly MemoryImage _target;

    public VerifyArchiveTests() => (_baseline, _target) = Pairs.Mixed();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task An_archive_is_checked_without_baseline_as_far_as_it_goes()
    {
        await _lab.CreateAsync(_baseline, _target);
        var result = await VerifyAsync();
        Assert.True(result.IsValid);
        Assert.Equal(_lab.Archive, result.Path);
        Assert.Equal(["container", "sidecar", "signature", "manifest"], result.Findings.Take(4).Select(f => f.Check));
        // Manifest, configuration and one layer whole; one layer a patch; each once.
        Assert.Equal(
            (3, 1), (result.Findings.Count(f => f.Check == "blob"), result.Findings.Count(f => f.Check == "patch")));
        Assert.Equal(
            4, result.Findings.Where(f => f.Check is "blob" or "patch").Select(f => f.Subject).Distinct().Count());
        Assert.Equal(("baseline", FindingStatus.Skipped, "default"),
            (result.Findings[^1].Check, result.Findings[^1].Status, result.Findings[^1].Subject));
        Assert.Contains(_baseline.Digest.ToString(), result.Findings[^1].Hint, StringComparison.Ordinal);
        _lab.AssertNothingLeft();
    }

    [Fact]
    public async Task With_its_baseline_every_blob_is_rebuilt_and_nothing_is_written()
    {
        await _lab.CreateAsync(_baseline, _target);
        var result = await VerifyAsync(
            Request() with { Baseline = _lab.Images.Put("baseline", _baseline), RequireBaseline = true });
        Assert.True(result.IsValid);
        Assert.All(result.Findings, f => Assert.True(f.Status == FindingStatus.Ok || f.Check == "signature"));
        // The configuration and three layers: one reused, one patched, one whole.
        var rebuilt = result.Findings.Where(f => f.Check == "rebuild").ToArray();
        Assert.Equal(4, rebuilt.Select(f => f.Subject).Distinct().Count());
        Assert.Equal(4, rebuilt.Length);
        Assert.Single(rebuilt, f => f.Detail.Contains("from the baseline", StringComparison.Ordinal));
        Assert.Single(rebuilt, f => f.Detail.Contains("from a patch", StringComparison.Ordinal));
        _lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_missing_baseline_fails_where_it_is_required()
    {
        await _lab.CreateAsync(_baseline, _target);
        var result = await VerifyAsync(Request() with { RequireBaseline = true });
        Assert.False(result.IsValid);
        var failed = Assert.Single(result.Findings, f => f.Status == FindingStatus.Fail);
        Assert.Equal(
            ("baseline", "default", DiffahErrors.InvalidArgument), (failed.Check, failed.Subject, failed.Error?.Error));
    }

    [Fact]
    public async Task Another_baseline_is_a_finding()
    {
        await _lab.CreateAsync(_baseline, _target);
        var result = await VerifyAsync(Request() with { Baseline = _lab.Images.Put("other", _target) });
        var failed = Assert.Single(result.Findings, f => f.Status == FindingStatus.Fail);
        Assert.Equal(("baseline", DiffahErrors.BaselineMismatch), (failed.Check, failed.Error?.Error));
        Assert.DoesNotContain(result.Findings, f => f.Check == "rebuild");
        _lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_damaged_baseline_is_a_finding_for_each_blob_that_needs_it()
    {
        await _lab.CreateAsync(_baseline, _target);
        _lab.Images.OpenBlob = (_, bytes) => new MemoryStream(
            bytes.Length > 1000 ? [.. bytes.AsSpan(0, bytes.Length - 1), (byte)(bytes[^1] ^ 1)] : bytes);
        var result = await VerifyAsync(Request() with { Baseline = _lab.Images.Put("baseline", _baseline) });
        var rebuilt = result.Findings.ToLookup(f => (f.Check, f.Status));
        Assert.Equal(2, rebuilt[("rebuild", FindingStatus.Fail)].Count());
        Assert.Equal(2, rebuilt[("rebuild", FindingStatus.Ok)].Count());
        Assert.All(
            rebuilt[("rebuild", FindingStatus.Fail)], f => Assert.Equal(DiffahErrors.DigestMismatch, f.Error?.Error));
    }

    [Fact]
    public async Task Every_damaged_blob_is_found_and_none_hides_another()
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(_baseline, _target));
        var layer = draft.FullLayer.Key;
        var patch = draft.Patch.Key;
        draft.Content(layer)[5] ^= 1;
        draft.Content(patch)[0] ^= 1;
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        var result = await VerifyAsync(Request() with { Baseline = _lab.Images.Put("baseline", _baseline) });
        AssertFails(result, ("blob", layer, DiffahErrors.DigestMismatch), ("patch", patch, DiffahErrors.PatchInvalid),
            ("rebuild", layer, DiffahErrors.DigestMismatch), ("rebuild", patch, DiffahErrors.PatchInvalid));
        Assert.Equal(2, result.Findings.Count(f => f is { Check: "rebuild", Status: FindingStatus.Ok }));
        Assert.All(result.Findings.Where(f => f.Status == FindingStatus.Fail), f => Assert.NotEmpty(f.Hint));
        _lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_patch_that_is_damaged_inside_is_found_with_the_baseline()
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(_baseline, _target));
        var patch = draft.Patch.Key;
        draft.Content(patch)[^1] ^= 0x40;
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        Assert.True((await VerifyAsync()).IsValid);
        var result = await VerifyAsync(Request() with { Baseline = _lab.Images.Put("baseline", _baseline) });
        var failed = Assert.Single(result.Findings, f => f.Status == FindingStatus.Fail);
        Assert.Equal(("rebuild", patch), (failed.Check, failed.Subject));
    }

    [Fact]
    public async Task A_patch_for_another_size_is_found_without_baseline()
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(_baseline, _target));
        var (patch, blob) = draft.Patch;
        blob["size"] = blob["size"]!.GetValue<long>() + 1;
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        AssertFails(await VerifyAsync(), ("manifest", "default", DiffahErrors.ArchiveInvalid),
            ("patch", patch, DiffahErrors.PatchInvalid));
    }

    [Fact]
    public async Task A_damaged_manifest_does_not_keep_blobs_from_being_checked()
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(_baseline, _target));
        var manifest = draft.Target["manifest_digest"]!.GetValue<string>();
        draft.Content(manifest)[3] ^= 1;
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        var result = await VerifyAsync(Request() with { Baseline = _lab.Images.Put("baseline", _baseline) });
        AssertFails(result, ("manifest", "default", DiffahErrors.DigestMismatch),
            ("blob", manifest, DiffahErrors.DigestMismatch));
        Assert.Equal(2, result.Findings.Count(f => f is { Check: "blob", Status: FindingStatus.Ok }));
        Assert.Contains(result.Findings, f => f is { Check: "baseline", Status: FindingStatus.Ok });
    }

    [Fact]
    public async Task A_configuration_that_is_missing_is_found()
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(_baseline, _target));
        draft.Drop(
            draft.Blobs.Single(
                b => b.Value!["media_type"]!.GetValue<string>().Contains("config", StringComparison.Ordinal)).Key);
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
        AssertFails(await VerifyAsync(), ("manifest", "default", DiffahErrors.ArchiveInvalid));
    }

    [Fact]
    public async Task A_container_that_can_not_be_read_is_one_finding()
    {
        var archive = await _lab.BytesAsync(_baseline, _target);
        foreach (var bytes in (byte[][])[[], "no archive"u8.ToArray(), archive[..2000],
            LayerBytes.Zstd(archive)[..^30]])
        {
            await File.WriteAllBytesAsync(_lab.Archive, bytes);
            var only = Assert.Single((await VerifyAsync()).Findings);
            Assert.Equal(("container", FindingStatus.Fail, "delta.tar"), (only.Check, only.Status, only.Subject));
            Assert.NotEmpty(only.Hint);
        }
        _lab.AssertNothingLeft();
    }

    [Theory]
    [InlineData("version", "v9", nameof(DiffahErrors.ArchiveVersionUnknown))]
    [InlineData("feature", "other", nameof(DiffahErrors.ArchiveTooOld))]
    [InlineData("platform", "", nameof(DiffahErrors.ArchiveInvalid))]
    public async Task A_sidecar_that_can_not_be_read_is_one_finding(string field, string value, string error)
    {
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(_baseline, _target));
        draft.Sidecar[field] = value;
        foreach (var bytes in (byte[][])[draft.Write(), LayerBytes.Zstd(draft.Write())])
        {
            await File.WriteAllBytesAsync(_lab.Archive, bytes);
            var only = Assert.Single((await VerifyAsync()).Findings);
            Assert.Equal(("sidecar", FindingStatus.Fail, error), (only.Check, only.Status, only.Error?.Id));
        }
    }

    [Fact]
    public async Task A_compressed_archive_is_checked_as_well()
    {
        await File.WriteAllBytesAsync(_lab.Archive, LayerBytes.Zstd(await _lab.BytesAsync(_baseline, _target)));
        Assert.True((await VerifyAsync(Request() with { Baseline = _lab.Images.Put("baseline", _baseline) })).IsValid);
        _lab.AssertNothingLeft();
    }

    [Fact]
    public async Task What_keeps_from_checking_at_all_is_an_error()
    {
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound, () => VerifyAsync());
        await _lab.CreateAsync(_baseline, _target);
        var reference = _lab.Images.Put("baseline", _baseline);
        var named = ImmutableSortedDictionary<string, ImageReference>.Empty.Add("default", reference);
        await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => VerifyAsync(Request() with { ArchivePath = "delta.tar" }));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => VerifyAsync(Request() with { Baseline = reference, Baselines = named }));
        await Errors.ThrowsAsync(DiffahErrors.ImageNotFound,
            () => VerifyAsync(Request() with { Baselines = named.Add("nobody", reference) }));
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound,
            () => VerifyAsync(Request() with { Baseline = InMemoryTransport.Reference("missing") }));
        Assert.True((await VerifyAsync(Request() with { Baselines = named })).IsValid);
        _lab.AssertNothingLeft();
    }

    [SkippableFact]
    public async Task The_images_of_a_bundle_are_rebuilt_by_name()
    {
        var bundle = Fixtures.Path("deltas/two-services.bundle.tar");
        var a = ImageReference.Parse($"oci-archive:{Fixtures.Path("images/v1_oci.tar")}");
        var request = new VerifyArchiveRequest { ArchivePath = bundle, WorkDirectory = _lab.Work };
        var operation = new VerifyArchive(TransportCatalog.Default);
        var result = await operation.RunAsync(
            request with { Baselines = ImmutableSortedDictionary<string, ImageReference>.Empty.Add("svc-a", a) },
            EventSink.None, default);
        Assert.True(result.IsValid);
        Assert.Equal([("svc-a", FindingStatus.Ok), ("svc-b", FindingStatus.Skipped)],
            result.Findings.Where(f => f.Check == "baseline").Select(f => (f.Subject, f.Status)));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => operation.RunAsync(request with { Baseline = a }, EventSink.None, default));
        // A baseline that belongs to the other image is that image's finding alone.
        var swapped = await operation.RunAsync(
            request with
            {
                Baselines = ImmutableSortedDictionary<string, ImageReference>.Empty.Add("svc-a", a).Add("svc-b", a)
            }, EventSink.None, default);
        AssertFails(swapped, ("baseline", "svc-b", DiffahErrors.BaselineMismatch));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
    }

    [SkippableTheory]
    [InlineData("v1-v2.oci", "v1_oci")]
    [InlineData("v4.oci", "v4_baseline_oci")]
    [InlineData("v1-v2.oci.intra-off", "v1_oci")]
    public async Task Archives_of_the_go_tool_are_valid(string archive, string baseline)
    {
        var request = new VerifyArchiveRequest
        {
            ArchivePath = Fixtures.Path($"deltas/{archive}.delta.tar"),
            Baseline = ImageReference.Parse($"oci-archive:{Fixtures.Path($"images/{baseline}.tar")}"),
            RequireBaseline = true,
        };
        var result = await new VerifyArchive(TransportCatalog.Default).RunAsync(request, EventSink.None, default);
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        Assert.Contains(result.Findings, f => f.Check == "rebuild");
    }

    [Fact]
    public void Any_flipped_byte_of_content_is_found() => RandomImages.ForAll(15, async pair =>
    {
        using var lab = new DeltaLab { Options = DeltaLab.QuickV1 };
        var (baseline, target) = pair.Make();
        var draft = ArchiveDraft.Read(await lab.BytesAsync(baseline, target));
        var request = new VerifyArchiveRequest
        {
            ArchivePath = lab.Archive,
            WorkDirectory = lab.Work,
            Baseline = lab.Images.Put("baseline", baseline),
            RequireBaseline = true
        };
        Assert.True((await new VerifyArchive(lab.Images).RunAsync(request, EventSink.None, default)).IsValid);
        var random = new Random(draft.Entries.Count);
        var entry = draft.Entries[random.Next(draft.Entries.Count)];
        if (entry.Content.Length == 0
            || draft.Blobs[entry.Name.Replace("blobs/", "", StringComparison.Ordinal)
                .Replace('/', ':')]!["encoding"]!.GetValue<string>() != "full")
            return;
        entry.Content[random.Next(entry.Content.Length)] ^= (byte)(1 << random.Next(8));
        await File.WriteAllBytesAsync(lab.Archive, draft.Write());
        Assert.False((await new VerifyArchive(lab.Images).RunAsync(request, EventSink.None, default)).IsValid);
        lab.AssertNothingLeft();
    });

    private VerifyArchiveRequest Request() => new() { ArchivePath = _lab.Archive, WorkDirectory = _lab.Work };

    private Task<ArchiveVerification> VerifyAsync(VerifyArchiveRequest? request = null) =>
        new VerifyArchive(_lab.Images).RunAsync(request ?? Request(), EventSink.None, default);

    private static void AssertFails(ArchiveVerification result, params (string, string, DiffahError)[] expected) =>
        Assert.Equal(expected, result.Findings.Where(f => f.Status == FindingStatus.Fail)
            .Select(f => (f.Check, f.Subject, f.Error!.Error)).OrderBy(f => Array.FindIndex(expected, e => e == f)));
}
