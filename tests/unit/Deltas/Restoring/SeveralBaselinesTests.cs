using System.Text.Json.Nodes;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>One delta, several baselines.</summary>
public class SeveralBaselinesTests
{
    private static readonly byte[] Program = Bytes.Random(1, 30_000);
    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(2, 5000)));
    private static readonly LayerBytes Next = LayerBytes.Tar(("bin/program", Program));

    // Each has the program in a form of its own: what they have in common tells nothing of the next.
    private static readonly MemoryImage First = ImageMaker.Make(false, [Kept, Edited(0)], "first");
    private static readonly MemoryImage Second = ImageMaker.Make(true, [Kept, Edited(9000)], "second");
    private static readonly MemoryImage HasNext = ImageMaker.Make(false, [Next, Kept], "third");
    private static readonly MemoryImage Target = ImageMaker.Make(false, [Kept, Next], "next");

    private static readonly byte[] Half = Bytes.Random(3, 20_000);
    private static readonly byte[] Other = Bytes.Random(4, 20_000);
    private static readonly MemoryImage HasHalf = ImageMaker.Make(false, [LayerBytes.Tar(("a", Half))], "half");
    private static readonly MemoryImage HasOther = ImageMaker.Make(false, [LayerBytes.Tar(("b", Other))], "other");
    private static readonly MemoryImage Both = ImageMaker.Make(
        false, [LayerBytes.Tar(("a", Bytes.Edited(Half))), LayerBytes.Tar(("b", Bytes.Edited(Other)))], "both");

    [Fact]
    public async Task Where_nothing_in_common_helps_there_is_a_patch_for_each()
    {
        using var lab = new DeltaLab();
        var archive = await MakeAsync(lab, BaselineMode.Any, First, Second);
        Assert.Single(Ways(lab)["alternatives"]!.AsArray());
        Assert.Equal(["alternatives"], Sidecar(lab)["requires"]!.AsArray().Select(n => n!.GetValue<string>()));
        // Neither patch has the program again.
        Assert.True(archive.PatchBytes < 3000, $"{archive.PatchBytes} bytes of patches");
        foreach (var baseline in new[] { First, Second })
        {
            Target.AssertSame(await lab.RestoreAsync(baseline));
            var report = await VerifyAsync(lab, baseline);
            Assert.True(report.IsValid);
        }
        lab.AssertTidy();
    }

    [Fact]
    public async Task Who_has_what_others_lack_reads_nothing_of_it()
    {
        using var lab = new DeltaLab();
        var archive = await MakeAsync(lab, BaselineMode.Any, First, HasNext);
        Assert.False(Ways(lab).ContainsKey("alternatives"));
        Assert.False(Sidecar(lab).ContainsKey("requires"));
        var (first, third) = (archive.Images[0].Baselines[0], archive.Images[0].Baselines[1]);
        Assert.Equal(Patches(lab).Single(), first.FetchBytes - third.FetchBytes);
        Target.AssertSame(await lab.RestoreAsync(First));
        Target.AssertSame(await lab.RestoreAsync(HasNext));
    }

    [Fact]
    public async Task An_archive_says_what_it_was_made_from_and_what_each_takes()
    {
        using var lab = new DeltaLab();
        var image = (await MakeAsync(lab, BaselineMode.Any, First, Second)).Images[0];
        Assert.Equal("Any", image.BaselineMode);
        Assert.Equal([First.Manifest.Digest.ToString(), Second.Manifest.Digest.ToString()],
            image.Baselines.Select(b => b.ManifestDigest));
        Assert.Equal(image.BaselineManifestDigest, image.Baselines[0].ManifestDigest);
        var patches = Patches(lab);
        var rest = image.Baselines[0].FetchBytes - patches[0];
        Assert.Equal(rest, image.Baselines[1].FetchBytes - patches[1]);
        Assert.Equal(First.Manifest.Layers[1].Size, image.Baselines[0].ReadBytes);
        Assert.Equal(Second.Manifest.Layers[1].Size, image.Baselines[1].ReadBytes);
        // What travels of the layer is told whole.
        var layer = image.Layers[1];
        Assert.Equal(layer.ArchiveSize, layer.Bytes.Sum(b => b.ArchiveSize));
        Assert.Equal(patches[1], layer.Bytes.Single(b => b.Kind == ByteKind.Alternatives).ArchiveSize);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_beforehand()
    {
        using var lab = new DeltaLab();
        var plan = await new CreateDelta(lab.Images).PlanAsync(
            Request(lab, BaselineMode.Any, First, Second), EventSink.None, CancellationToken.None);
        var archive = await MakeAsync(lab, BaselineMode.Any, First, Second);
        Assert.True(plan.EstimatedArchiveBytes >= archive.ArchiveBytes);
        var image = plan.Images[0];
        Assert.Equal("Any", image.BaselineMode);
        Assert.Equal(archive.Images[0].Baselines.Select(b => b.ManifestDigest),
            image.Baselines.Select(b => b.ManifestDigest));
        Assert.All(image.Baselines.Zip(archive.Images[0].Baselines),
            b => Assert.True(b.First.EstimatedBytes >= b.Second.FetchBytes - 64 && b.First.EstimatedBytes < 9000));
    }

    [Fact]
    public async Task All_together_are_one_set_of_contents()
    {
        using var lab = new DeltaLab();
        var alone = (await lab.CreateAsync(HasHalf, Both)).PatchBytes;
        var image = (await MakeAsync(lab, Both, BaselineMode.All, HasHalf, HasOther)).Images[0];
        Assert.Equal("All", image.BaselineMode);
        Assert.False(Sidecar(lab).ContainsKey("requires"));
        Assert.True(Patches(lab).Sum() < alone / 4);
        Assert.All(image.Baselines, b => Assert.True(b.ReadBytes > 20_000));
        var e = await lab.RestoreFailsAsync(HasHalf, DiffahErrors.BaselineMismatch);
        Assert.Contains("2 images together", e.Message, StringComparison.Ordinal);
        Assert.Contains(HasOther.Manifest.Digest.ToString(), e.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain(HasHalf.Manifest.Digest.ToString(), e.NextAction, StringComparison.Ordinal);
        Assert.Contains("--additional-baseline", e.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_none_of_them_is_told_which_would_do()
    {
        using var lab = new DeltaLab();
        await MakeAsync(lab, BaselineMode.Any, First, Second);
        var e = await lab.RestoreFailsAsync(HasHalf, DiffahErrors.BaselineMismatch);
        Assert.Contains("any one of 2 images", e.Message, StringComparison.Ordinal);
        foreach (var baseline in new[] { First, Second })
            Assert.Contains(baseline.Manifest.Digest.ToString(), e.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_is_named_twice_counts_once()
    {
        using var lab = new DeltaLab();
        var one = await lab.BytesAsync(First, Target);
        await MakeAsync(lab, BaselineMode.All, First, First);
        Assert.Equal(one, await File.ReadAllBytesAsync(lab.Archive));
    }

    [Fact]
    public async Task What_has_no_room_for_several_refuses_them()
    {
        using var lab = new DeltaLab();
        var request = Request(lab, BaselineMode.Any, First, Second);
        await RefusesAsync(request with { Encoding = DeltaLab.QuickV1 }, "Version 1");
        await RefusesAsync(request with { Baseline = null, DockerfilePath = "/srv/Dockerfile" }, "Several baselines");
        await RefusesAsync(
            request with { OtherBaselines = [.. Enumerable.Repeat(request.Baseline!, 8)] }, "9 baselines");
        lab.AssertNothingLeft();

        async Task RefusesAsync(CreateDeltaRequest wrong, string why) => Assert.Contains(why,
            (await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => new CreateDelta(lab.Images).RunAsync(
                wrong, EventSink.None, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    private static LayerBytes Edited(int at)
    {
        var bytes = Program.ToArray();
        bytes.AsSpan(at, 40).Reverse();
        return LayerBytes.Tar(("bin/program", bytes));
    }

    private static CreateDeltaRequest Request(
        DeltaLab lab, BaselineMode mode, MemoryImage first, params MemoryImage[] others) =>
        lab.CreateRequest(first, Target) with
        {
            OtherBaselines = [.. others.Select((o, i) => lab.Images.Put($"other-{i}", o))],
            NeedsAllBaselines = mode == BaselineMode.All,
        };

    private static Task<DeltaArchive> MakeAsync(
        DeltaLab lab, BaselineMode mode, MemoryImage first, params MemoryImage[] others) =>
        MakeAsync(lab, Target, mode, first, others);

    private static Task<DeltaArchive> MakeAsync(
        DeltaLab lab, MemoryImage target, BaselineMode mode, MemoryImage first, params MemoryImage[] others) =>
        new CreateDelta(lab.Images).RunAsync(
            Request(lab, mode, first, others) with { Target = lab.Images.Put("target", target) },
            EventSink.None, CancellationToken.None);

    private static Task<ArchiveVerification> VerifyAsync(DeltaLab lab, MemoryImage baseline) =>
        new VerifyArchive(lab.Images).RunAsync(
            new VerifyArchiveRequest
            {
                ArchivePath = lab.Archive,
                Baseline = lab.Images.Put("baseline", baseline),
                WorkDirectory = lab.Work,
            },
            EventSink.None, CancellationToken.None);

    private static JsonObject Sidecar(DeltaLab lab) =>
        JsonNode.Parse(StrictTar.Read(File.ReadAllBytes(lab.Archive), [])[0].Content)!.AsObject();

    private static JsonObject Ways(DeltaLab lab) =>
        Sidecar(lab)["contents"]!.AsObject().Single().Value!.AsObject();

    private static long[] Patches(DeltaLab lab) =>
    [
        .. StrictTar.Read(File.ReadAllBytes(lab.Archive), [])
            .Where(e => e.Name.StartsWith("contents/", StringComparison.Ordinal)).Select(e => (long)e.Content.Length),
    ];
}
