using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Making;

/// <summary>Deltas against a baseline of which only the manifest is left.</summary>
public sealed class BaselineManifestTests : IDisposable
{
    private readonly DeltaLab _lab = new();
    private readonly EventLog _log = new();
    private readonly MemoryImage _baseline;
    private readonly MemoryImage _target;

    public BaselineManifestTests() => (_baseline, _target) = Pairs.Mixed();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Layers_are_left_out_and_none_is_patched()
    {
        var archive = await CreateAsync(Request(_baseline.ManifestBytes));
        Assert.Equal((0, 4), (archive.PatchCount, archive.FullCount)); // manifest, configuration, two layers
        Assert.Equal((1, "base.json"),
            (archive.Images[0].LayerCount - archive.Images[0].ArchiveLayerCount, archive.Images[0].BaselineSourceHint));
        Assert.Equal(_baseline.Digest.ToString(), archive.Images[0].BaselineManifestDigest);
        Assert.Contains("2 changed layers", Assert.Single(_log.Messages(EventLevel.Warning)), StringComparison.Ordinal);
        Assert.DoesNotContain(_baseline.Manifest.Config.Digest, _lab.Images.Opened.Keys);
        File.Delete(_lab.Folder["base.json"]);
        StrictDeltaValidator.AssertValid(await File.ReadAllBytesAsync(_lab.Archive), _baseline);
        _target.AssertSame(await _lab.RestoreAsync(_baseline));
    }

    [Fact]
    public void Restoring_gives_the_target_byte_for_byte() => RandomImages.ForAll(15, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        var request = lab.CreateRequest(
            baseline, target) with
        { Baseline = null, BaselineManifestPath = lab.Folder["base.json"] };
        await File.WriteAllBytesAsync(request.BaselineManifestPath, baseline.ManifestBytes);
        await new CreateDelta(lab.Images).RunAsync(request, EventSink.None, CancellationToken.None);
        StrictDeltaValidator.AssertValid(await File.ReadAllBytesAsync(lab.Archive), baseline);
        target.AssertSame(await lab.RestoreAsync(baseline));
    });

    [Fact]
    public async Task Patches_can_not_be_required_where_a_layer_changed()
    {
        var options = DeltaLab.Quick with { IntraLayer = IntraLayerMode.Required };
        await FailsAsync(DiffahErrors.InvalidArgument, Request(_baseline.ManifestBytes) with { Encoding = options });
        var same =
            Request(_baseline.ManifestBytes) with { Encoding = options, Target = _lab.Images.Put("target", _baseline) };
        Assert.Equal(0, (await CreateAsync(same)).Images[0].ArchiveLayerCount);
    }

    [Fact]
    public async Task Where_patching_is_off_there_is_no_warning()
    {
        await CreateAsync(
            Request(
                _baseline.ManifestBytes) with
            { Encoding = DeltaLab.Quick with { IntraLayer = IntraLayerMode.Off } });
        Assert.Empty(_log.Messages(EventLevel.Warning));
    }

    [Fact]
    public async Task A_dry_run_says_why()
    {
        var plan = await new CreateDelta(_lab.Images).PlanAsync(
            Request(_baseline.ManifestBytes), _log.Sink, CancellationToken.None);
        Assert.Equal(
            2, plan.Images[0].Blobs
                .Count(b => b.Reason.Contains("only the baseline's manifest", StringComparison.Ordinal)));
        Assert.Equal(_baseline.Digest.ToString(), plan.Images[0].BaselineManifestDigest);
    }

    [Fact]
    public async Task A_baseline_is_given_in_exactly_one_way()
    {
        var request = Request(_baseline.ManifestBytes);
        await FailsAsync(DiffahErrors.InvalidArgument, request with { BaselineManifestPath = null });
        await FailsAsync(
            DiffahErrors.InvalidArgument, request with { Baseline = _lab.Images.Put("baseline", _baseline) });
        await FailsAsync(DiffahErrors.InvalidArgument, request with { BaselineManifestPath = "base.json" });
    }

    [Fact]
    public async Task An_index_is_told_from_a_manifest()
    {
        var index =
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{_baseline.Digest}}","size":3}]}""";
        var e = await FailsAsync(DiffahErrors.InvalidArgument, Request(System.Text.Encoding.UTF8.GetBytes(index)));
        Assert.Contains("base.json' is an index", e.Message, StringComparison.Ordinal);
        Assert.Contains(MediaTypes.OciIndex, e.Message, StringComparison.Ordinal);
        await FailsAsync(DiffahErrors.InvalidArgument, Request("""{"schemaVersion":2,"manifests":[]}"""u8.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.config.v1+json","config":{}}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"x","size":1,"digest":"sha256:short"},"layers":[]}""")]
    public async Task Whatever_else_is_no_manifest_is_refused_by_name(string content)
    {
        var e = await Assert.ThrowsAsync<DiffahException>(
            () => CreateAsync(Request(System.Text.Encoding.UTF8.GetBytes(content))));
        Assert.Contains(e.Error, (DiffahError[])[DiffahErrors.InvalidManifest, DiffahErrors.InvalidDigest]);
        Assert.Contains("base.json' is not the manifest of an image", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_too_long_is_refused()
    {
        await FailsAsync(
            DiffahErrors.FileNotFound, Request([]) with { BaselineManifestPath = _lab.Folder["gone.json"] });
        await FailsAsync(DiffahErrors.SizeMismatch, Request(new byte[RawManifest.MaximumSize + 1]));
    }

    private CreateDeltaRequest Request(byte[] manifest)
    {
        File.WriteAllBytes(_lab.Folder["base.json"], manifest);
        return _lab.CreateRequest(
            _baseline, _target) with
        { Baseline = null, BaselineManifestPath = _lab.Folder["base.json"] };
    }

    private Task<Engine.Deltas.Reports.DeltaArchive> CreateAsync(CreateDeltaRequest request) =>
        new CreateDelta(_lab.Images).RunAsync(request, _log.Sink, CancellationToken.None);

    private async Task<DiffahException> FailsAsync(DiffahError expected, CreateDeltaRequest request)
    {
        var e = await Errors.ThrowsAsync(expected, () => CreateAsync(request));
        Assert.False(File.Exists(_lab.Archive));
        return e;
    }
}
