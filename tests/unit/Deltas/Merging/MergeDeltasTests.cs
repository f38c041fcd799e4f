using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Merging;

/// <summary>What becomes of parts where deltas are merged, case by case.</summary>
public sealed class MergeDeltasTests : IDisposable
{
    private readonly MergeLab _lab = new();

    private static readonly byte[] Program = Bytes.Text(2, 9000);
    private static readonly byte[] Changed = Bytes.Edited(Program);
    private static readonly byte[] Again = [.. Changed[..4000], .. Bytes.Text(9, 300), .. Changed[4000..]];

    [Fact]
    public async Task A_content_that_changes_twice_is_made_by_way_of_the_one_between()
    {
        var draft = await MergeAsync(Gzip(Program), Gzip(Changed), Gzip(Again));
        Assert.Equal(2, draft.Contents.Count);
        Assert.Equal("chained", draft.Sidecar["requires"]![0]!.GetValue<string>());
        Assert.Null(draft.Sidecar["held"]);
    }

    [Fact]
    public async Task A_content_that_changes_once_keeps_its_patch_and_needs_no_chain()
    {
        var (other, otherChanged) = (Layer("lib/b", Again), Layer("lib/b", Bytes.Edited(Again)));
        var versions = new[]
        {
            ImageMaker.Oci(Layer("bin/a", Program), other), ImageMaker.Oci(Layer("bin/a", Changed), other),
            ImageMaker.Oci(Layer("bin/a", Changed), otherChanged),
        };
        var deltas = await _lab.DeltasAsync(versions);
        var merged = await _lab.MergeAsync(deltas);
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(_lab.Merged));
        Assert.Null(draft.Sidecar["requires"]);
        foreach (var path in deltas)
        {
            var (digest, patch) = ArchiveDraft.Read(await File.ReadAllBytesAsync(path)).Contents.Single();
            Assert.Equal(patch!.ToJsonString(), draft.Contents[digest]!.ToJsonString());
        }
        Assert.Equal(2, draft.Contents.Count);
        Assert.NotEmpty(merged.Images[0].Layers[0].Files);
        versions[2].AssertSame(await _lab.RestoreAsync(versions[0]));
    }

    [Fact]
    public async Task A_content_that_goes_back_to_what_it_was_does_not_travel()
    {
        var draft = await MergeAsync(Gzip(Program), Gzip(Changed), Gzip(Program));
        Assert.Empty(draft.Contents);
        Assert.All(draft.Blobs.Select(b => b.Value!["encoding"]!.GetValue<string>()),
            encoding => Assert.Contains(encoding, (string[])["full", "content"]));
    }

    [Fact]
    public async Task A_content_may_be_inside_a_blob_that_travels_whole()
    {
        var (kept, added) = (Layer("bin/a", Program), LayerBytes.Raw(Bytes.Random(5, 3000)));
        var edited = LayerBytes.Raw(Bytes.Edited(Bytes.Random(5, 3000)));
        var draft = await MergeAsync(ImageMaker.Oci(kept), ImageMaker.Oci(kept, added),
            ImageMaker.Oci(kept, ContentPairs.Stored(edited)));
        var held = Assert.Single(draft.Sidecar["held"]!.AsObject());
        Assert.Equal(added.DiffId.ToString(), held.Key);
        Assert.Equal("full", draft.Blobs[held.Value!.GetValue<string>()]!["encoding"]!.GetValue<string>());
    }

    [Fact]
    public async Task Deltas_of_version_1_that_change_different_layers_stay_version_1()
    {
        var (a, b) = (LayerBytes.Raw(Program), LayerBytes.Raw(Again));
        var changed = LayerBytes.Raw(Changed);
        var draft = await MergeAsync([ImageMaker.Oci(a, b), ImageMaker.Oci(changed, b),
            ImageMaker.Oci(changed, LayerBytes.Raw(Bytes.Edited(Again)))], DeltaLab.QuickV1);
        Assert.Equal("v1", draft.Sidecar["version"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_blob_may_be_a_patch_of_one_that_the_archive_has()
    {
        var draft = await MergeAsync([ImageMaker.Oci(LayerBytes.Raw(Program)), ImageMaker.Oci(LayerBytes.Raw(Changed)),
            ImageMaker.Oci(LayerBytes.Raw(Again))], DeltaLab.QuickV1);
        Assert.Equal("v2", draft.Sidecar["version"]!.GetValue<string>());
        Assert.Equal("chained", draft.Sidecar["requires"]![0]!.GetValue<string>());
        Assert.Equal(4, draft.Blobs.Count);
    }

    [Fact]
    public async Task The_image_in_between_may_be_stored_in_another_form()
    {
        var (v1, v2, v3) = (Gzip(Program), Gzip(Changed), Gzip(Again));
        var plain = ImageMaker.Docker(LayerBytes.Tar(("bin/program", Changed)));
        var first = await _lab.DeltaAsync("1.delta", v1, v2);
        var second = await _lab.DeltaAsync("2.delta", plain, v3);
        await _lab.MergeAsync(first, second);
        v3.AssertSame(await _lab.RestoreAsync(v1));
    }

    [Fact]
    public async Task A_delta_that_does_not_go_on_from_the_one_before_is_refused()
    {
        var deltas = await _lab.DeltasAsync([Gzip(Program), Gzip(Changed), Gzip(Again)]);
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => _lab.MergeAsync(deltas[1], deltas[0]));
        Assert.Contains("does not go on from where", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.Merged));
        _lab.AssertTidy();
    }

    [Fact]
    public async Task A_delta_that_takes_several_baselines_together_is_refused()
    {
        var (v1, other, v2, v3) = (Gzip(Program), Gzip(Bytes.Text(5, 900)), Gzip(Changed), Gzip(Again));
        await new CreateDelta(_lab.Images).RunAsync(new CreateDeltaRequest
        {
            Baseline = _lab.Put(v1),
            OtherBaselines = [_lab.Put(other)],
            NeedsAllBaselines = true,
            Target = _lab.Put(v2),
            OutputPath = _lab.Folder["all.delta"],
            Encoding = DeltaLab.Quick,
        }, EventSink.None, CancellationToken.None);
        var second = await _lab.DeltaAsync("2.delta", v2, v3);
        var e = await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => _lab.MergeAsync(_lab.Folder["all.delta"], second));
        Assert.Contains("several baselines together", e.Message, StringComparison.Ordinal);
        _lab.AssertTidy();
    }

    [Fact]
    public async Task One_delta_is_not_merged()
    {
        var deltas = await _lab.DeltasAsync([Gzip(Program), Gzip(Changed)]);
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => _lab.MergeAsync(deltas));
    }

    [Fact]
    public async Task No_delta_is_written_over()
    {
        var deltas = await _lab.DeltasAsync([Gzip(Program), Gzip(Changed), Gzip(Again)]);
        await Errors.ThrowsAsync(
            DiffahErrors.OutputIsInput, () => _lab.MergeAsync(_lab.Request(deltas, deltas[1])));
    }

    [Fact]
    public async Task With_the_first_image_what_changes_twice_is_told_by_it()
    {
        MemoryImage[] versions = [Gzip(Program), Gzip(Changed), Gzip(Again)];
        var deltas = await _lab.DeltasAsync(versions);
        await _lab.MergeAsync(_lab.Request(deltas) with { Baseline = _lab.Put(versions[0]) });
        var draft = ArchiveDraft.Read(await File.ReadAllBytesAsync(_lab.Merged));
        Assert.Null(draft.Sidecar["requires"]);
        var direct = ArchiveDraft.Read(
            await File.ReadAllBytesAsync(await _lab.DeltaAsync("direct.delta", versions[0], versions[2])));
        Assert.Equal(direct.Contents.Single().Value!.ToJsonString(), draft.Contents.Single().Value!.ToJsonString());
        versions[2].AssertSame(await _lab.RestoreAsync(versions[0]));
    }

    [Fact]
    public async Task Another_image_than_the_first_is_refused()
    {
        MemoryImage[] versions = [Gzip(Program), Gzip(Changed), Gzip(Again)];
        var deltas = await _lab.DeltasAsync(versions);
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch,
            () => _lab.MergeAsync(_lab.Request(deltas) with { Baseline = _lab.Put(Pairs.Tiny().Baseline) }));
        _lab.AssertTidy();
    }

    [Fact]
    public async Task A_dry_run_says_what_the_archive_takes()
    {
        var deltas = await _lab.DeltasAsync([Gzip(Program), Gzip(Changed), Gzip(Again)]);
        var plan = await new MergeDeltas(_lab.Images).PlanAsync(_lab.Request(deltas), EventSink.None, default);
        Assert.False(File.Exists(_lab.Merged));
        var merged = await _lab.MergeAsync(deltas);
        Assert.Equal(merged.ArchiveBytes, plan.EstimatedArchiveBytes);
    }

    [Fact]
    public async Task Images_of_bundles_are_merged_by_name_and_those_of_one_are_kept()
    {
        using var lab = new BundleLab();
        var (a1, a2, a3) = (Gzip(Program), Gzip(Changed), Gzip(Again));
        var (b1, b2) = (ImageMaker.Oci(Layer("b", Again)), ImageMaker.Oci(Layer("b", Bytes.Edited(Again))));
        var (c1, c2) = (ImageMaker.Oci(Layer("c", Program)), ImageMaker.Oci(Layer("c", Again)));
        var first = lab.Folder["first.tar"];
        await lab.CreateAsync([new("a", a1, a2), new("b", b1, b2)]);
        File.Move(lab.Archive, first);
        var second = lab.Folder["second.tar"];
        await lab.CreateAsync([new("a", a2, a3), new("c", c1, c2)]);
        File.Move(lab.Archive, second);
        await new MergeDeltas(lab).RunAsync(
            _lab.Request([first, second], lab.Archive), EventSink.None, CancellationToken.None);
        NamedPair[] merged = [new("a", a1, a3), new("b", b1, b2), new("c", c1, c2)];
        await lab.RestoreAsync(lab.RestoreRequest(merged, strict: true));
        Assert.All(merged, p => p.Target.AssertSame(lab.Find(p.Name)!));
    }

    [Fact]
    public async Task What_images_of_bundles_get_in_different_deltas_is_there_once()
    {
        using var lab = new BundleLab();
        var (baseOld, baseNew) = (Layer("base", Program), Layer("base", Changed));
        var (x, y) = (Layer("x", Bytes.Text(11, 500)), Layer("y", Bytes.Text(12, 500)));
        var (x1, x2) = (ImageMaker.Oci(baseOld, x), ImageMaker.Oci(baseNew, x));
        var x3 = ImageMaker.Oci(baseNew, Layer("x", Bytes.Text(13, 500)));
        var (y1, y2) = (ImageMaker.Oci(baseOld, y), ImageMaker.Oci(baseNew, y));
        var first = lab.Folder["first.tar"];
        await lab.CreateAsync([new("x", x1, x2)]);
        File.Move(lab.Archive, first);
        var second = lab.Folder["second.tar"];
        await lab.CreateAsync([new("x", x2, x3), new("y", y1, y2)]);
        File.Move(lab.Archive, second);
        await new MergeDeltas(lab).RunAsync(
            _lab.Request([first, second], lab.Archive), EventSink.None, CancellationToken.None);
        NamedPair[] merged = [new("x", x1, x3), new("y", y1, y2)];
        await lab.RestoreAsync(lab.RestoreRequest(merged, strict: true));
        Assert.All(merged, p => p.Target.AssertSame(lab.Find(p.Name)!));
    }

    public void Dispose() => _lab.Dispose();

    private static LayerBytes Layer(string path, byte[] content) =>
        ContentPairs.Stored(LayerBytes.Tar((path, content)));

    private static MemoryImage Gzip(byte[] content) => ImageMaker.Oci(Layer("bin/program", content));

    private Task<ArchiveDraft> MergeAsync(params MemoryImage[] versions) => MergeAsync(versions, DeltaLab.Quick);

    /// <summary>Merges the deltas of neighbours; the result must give the last version of the first.</summary>
    private async Task<ArchiveDraft> MergeAsync(MemoryImage[] versions, EncodingOptions options)
    {
        await _lab.MergeAsync(await _lab.DeltasAsync(versions, options));
        versions[^1].AssertSame(await _lab.RestoreAsync(versions[0]));
        await _lab.AssertVerifiesAsync(versions[0]);
        _lab.AssertRestoresElsewhere(versions[0]);
        return ArchiveDraft.Read(await File.ReadAllBytesAsync(_lab.Merged));
    }
}
