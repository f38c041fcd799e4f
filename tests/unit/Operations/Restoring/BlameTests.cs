using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Restoring;

/// <summary>
/// What is damaged is named, and nothing else: an archive is a long way from where it was made, and a baseline may be
/// large. Nobody should fetch the wrong one again.
/// </summary>
public sealed class BlameTests : IDisposable
{
    private readonly DeltaLab _lab = new() { Options = DeltaLab.QuickV1 };
    private readonly MemoryImage _baseline;
    private readonly MemoryImage _target;

    public BlameTests() => (_baseline, _target) = Pairs.Mixed();

    public void Dispose() => _lab.Dispose();

    public static TheoryData<string, string> DamagesOfTheDelta => new()
    {
        { "a whole layer", nameof(DiffahErrors.DigestMismatch) },
        { "a whole layer, of zeros", nameof(DiffahErrors.DigestMismatch) },
        { "the manifest", nameof(DiffahErrors.DigestMismatch) },
        { "the configuration", nameof(DiffahErrors.DigestMismatch) },
        { "a patch that can't be decoded", nameof(DiffahErrors.PatchInvalid) },
        { "a patch that gives other bytes", nameof(DiffahErrors.DigestMismatch) },
        { "a patch that gives too few bytes", nameof(DiffahErrors.SizeMismatch) },
        { "a patch of another layer", nameof(DiffahErrors.DigestMismatch) },
        { "the sidecar", nameof(DiffahErrors.ArchiveInvalid) },
        { "the end", nameof(DiffahErrors.ArchiveInvalid) },
    };

    [Theory]
    [MemberData(nameof(DamagesOfTheDelta))]
    public async Task A_damaged_delta_is_blamed_on_the_delta(string damage, string error)
    {
        await DamageAsync(damage);
        var restored = await Assert.ThrowsAsync<DiffahException>(() => _lab.RestoreAsync(_baseline));
        AssertDelta(DiffahProblem.Of(restored), error);
        var bundle = new RestoreBundleRequest
        {
            ArchivePath = _lab.Archive,
            Baselines = Of(_lab.Images.Put("baseline", _baseline)),
            Destinations = Of(InMemoryTransport.Reference("restored")),
            WorkDirectory = _lab.Work,
        };
        var unbundled = await Assert.ThrowsAsync<DiffahException>(
            () => new RestoreBundle(_lab.Images).RunAsync(bundle, EventSink.None, default));
        AssertDelta(DiffahProblem.Of(unbundled), error);
        var failed = (await VerifyAsync(_baseline)).Where(f => f.Status == FindingStatus.Fail).ToArray();
        Assert.NotEmpty(failed);
        // Without the baseline a patch is judged by its beginning, which tells a wrong size.
        Assert.All(failed, f => AssertDelta(
            f.Error!, f.Check == "patch" ? nameof(DiffahErrors.PatchInvalid) : error));
        _lab.AssertNothingLeft();
    }

    [Theory]
    [InlineData(0, false, nameof(DiffahErrors.DigestMismatch))]
    [InlineData(0, true, nameof(DiffahErrors.SizeMismatch))]
    [InlineData(1, false, nameof(DiffahErrors.DigestMismatch))]
    [InlineData(1, true, nameof(DiffahErrors.SizeMismatch))]
    public async Task A_damaged_baseline_is_blamed_on_the_baseline(int layer, bool isCut, string error)
    {
        await _lab.CreateAsync(_baseline, _target);
        // The first layer is reused, the second one is patched from.
        var digest = _baseline.Manifest.Layers[layer].Digest;
        var bytes = _baseline.Blobs[digest];
        var damaged = _baseline with
        {
            Blobs = _baseline.Blobs.SetItem(digest, isCut ? bytes[..^1] : Bytes.Edited(bytes)),
        };
        var restored = await Assert.ThrowsAsync<DiffahException>(() => _lab.RestoreAsync(damaged));
        AssertBaseline(DiffahProblem.Of(restored), digest, error);
        var failed = Assert.Single(await VerifyAsync(damaged), f => f.Status == FindingStatus.Fail);
        AssertBaseline(failed.Error!, digest, error);
        _lab.AssertNothingLeft();
    }

    [Fact]
    public async Task Another_baseline_is_the_users_choice_and_no_damage()
    {
        await _lab.CreateAsync(_baseline, _target);
        var e = await _lab.RestoreFailsAsync(_target, DiffahErrors.BaselineMismatch);
        Assert.DoesNotContain("again", e.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_both_are_damaged_the_baseline_is_read_first()
    {
        await DamageAsync("a patch that gives other bytes");
        var digest = _baseline.Manifest.Layers[1].Digest;
        var e = await Assert.ThrowsAsync<DiffahException>(() => _lab.RestoreAsync(
            _baseline with { Blobs = _baseline.Blobs.SetItem(digest, Bytes.Edited(_baseline.Blobs[digest])) }));
        AssertBaseline(DiffahProblem.Of(e), digest, nameof(DiffahErrors.DigestMismatch));
    }

    private async Task DamageAsync(string what)
    {
        var archive = await _lab.BytesAsync(_baseline, _target);
        var draft = ArchiveDraft.Read(archive);
        var (patch, layer) = (draft.Patch.Key, draft.FullLayer.Key);
        var size = draft.Patch.Value["size"]!.GetValue<int>();
        var manifest = draft.Target["manifest_digest"]!.GetValue<string>();
        var config = draft.Blobs.Single(b => b.Value!["media_type"]!.GetValue<string>() == MediaTypes.OciConfig).Key;
        switch (what)
        {
            case "a whole layer": draft.Store(layer, Bytes.Edited(draft.Content(layer))); break;
            case "a whole layer, of zeros": draft.Store(layer, new byte[draft.Content(layer).Length]); break;
            case "the manifest": draft.Store(manifest, Bytes.Edited(draft.Content(manifest))); break;
            case "the configuration": draft.Store(config, Bytes.Edited(draft.Content(config))); break;
            case "a patch that can't be decoded": draft.Store(patch, draft.Content(patch)[..^1]); break;
            case "a patch that gives other bytes": draft.Store(patch, LayerBytes.Zstd(new byte[size])); break;
            case "a patch that gives too few bytes": draft.Store(patch, LayerBytes.Zstd(new byte[size - 1])); break;
            case "a patch of another layer":
                draft.Patch.Value["patch_from_digest"] = _baseline.Manifest.Layers[2].Digest.ToString();
                draft.Store(patch, LayerBytes.Zstd(new byte[size]));
                break;
            case "the sidecar": draft.SidecarBytes = "{"u8.ToArray(); break;
            default: draft.Assemble = (_, _) => archive[..^3000]; break;
        }
        await File.WriteAllBytesAsync(_lab.Archive, draft.Write());
    }

    private async Task<ImmutableArray<ArchiveFinding>> VerifyAsync(MemoryImage baseline)
    {
        var request = new VerifyArchiveRequest
        {
            ArchivePath = _lab.Archive,
            Baseline = _lab.Images.Put("baseline", baseline),
            WorkDirectory = _lab.Work,
        };
        return (await new VerifyArchive(_lab.Images).RunAsync(request, EventSink.None, default)).Findings;
    }

    private void AssertDelta(DiffahProblem problem, string error)
    {
        Assert.Equal(error, problem.Id);
        Assert.Contains("elta archive", problem.NextAction, StringComparison.Ordinal);
        Assert.Contains("again", problem.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain("save the baseline", problem.NextAction, StringComparison.Ordinal);
        Assert.Contains(error == nameof(DiffahErrors.ArchiveInvalid) ? "valid" : _lab.Archive, problem.Message,
            StringComparison.Ordinal);
    }

    private void AssertBaseline(DiffahProblem problem, Digest layer, string error)
    {
        Assert.Equal(error, problem.Id);
        Assert.Contains($"Layer {layer} of the baseline oci:/memory/baseline", problem.Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Fetch or save the baseline again", problem.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain(_lab.Archive, problem.Message, StringComparison.Ordinal);
    }

    private static ImmutableSortedDictionary<string, T> Of<T>(T value) =>
        ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal).Add("default", value);
}
