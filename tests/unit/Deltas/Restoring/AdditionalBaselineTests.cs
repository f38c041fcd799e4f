using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>A baseline is a set of contents: several images may hold it together.</summary>
public class AdditionalBaselineTests
{
    private static readonly byte[] Text = Bytes.Text(1, 60_000);
    private static readonly LayerBytes Kept = LayerBytes.Tar(("etc/kept", Bytes.Text(2, 5000)));
    private static readonly LayerBytes Before = LayerBytes.Tar(("srv/text", Text));
    private static readonly LayerBytes After = LayerBytes.Tar(("srv/text", Bytes.Edited(Text)));
    private static readonly LayerBytes Other = LayerBytes.Tar(("srv/other", Bytes.Random(3, 3000)));

    private static readonly MemoryImage Baseline = ImageMaker.Make(false, [Kept, Before], "v1");
    private static readonly MemoryImage Target = ImageMaker.Make(false, [Kept, After], "v2");

    // The one has the layer that is reused, the other the content of the one that is patched.
    private static readonly MemoryImage HasKept = ImageMaker.Make(false, [Other, Kept], "a");
    private static readonly MemoryImage HasBefore = ImageMaker.Make(true, [Before.As(CompressionKind.Gzip)], "b");

    [Fact]
    public async Task Images_that_together_have_the_contents_serve_as_the_baseline()
    {
        foreach (var (first, second) in new[] { (HasKept, HasBefore), (HasBefore, HasKept) })
        {
            using var lab = await MakeAsync(2);
            lab.Images.ForgetCounts();
            Target.AssertSame(await RestoreAsync(lab, first, second));
            // What is not needed is not read.
            Assert.DoesNotContain(Other.Digest, lab.Images.Opened.Keys);
            Assert.All(lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
            lab.AssertTidy();
        }
    }

    [Fact]
    public async Task What_all_of_them_lack_is_named_before_a_layer_is_read()
    {
        using var lab = await MakeAsync(2);
        lab.Images.ForgetCounts();
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => RestoreAsync(
            lab, HasKept, ImageMaker.Make(false, [Other], "c")));
        Assert.Contains("first and ", e.Message, StringComparison.Ordinal);
        Assert.Contains("together do not have", e.Message, StringComparison.Ordinal);
        Assert.Contains(Before.DiffId.ToString(), e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Kept.DiffId.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains("--additional-baseline", e.NextAction, StringComparison.Ordinal);
        Assert.All(HasKept.Manifest.Layers, l => Assert.DoesNotContain(l.Digest, lab.Images.Opened.Keys));
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_dry_run_looks_at_all_of_them()
    {
        using var lab = await MakeAsync(2);
        foreach (var (others, would) in new[] { (new[] { HasBefore }, true), ([], false) })
        {
            var plan = await new RestoreImage(lab.Images).PlanAsync(
                Request(lab, HasKept, others), EventSink.None, CancellationToken.None);
            Assert.Equal(would, plan.Images[0].WouldImport);
        }
        lab.AssertTidy();
    }

    [Fact]
    public async Task Version_1_takes_its_own_baseline_and_says_so()
    {
        using var lab = await MakeAsync(1);
        var log = new EventLog();
        Target.AssertSame(await RestoreAsync(lab, Baseline, HasKept, log));
        Assert.Single(
            log.Messages(EventLevel.Warning), m => m.Contains("of version 1", StringComparison.Ordinal));
        Assert.DoesNotContain("/memory/other-0", lab.Images.Sources.Keys);
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => RestoreAsync(lab, HasKept, HasBefore));
    }

    [Fact]
    public async Task A_check_rebuilds_from_all_of_them()
    {
        using var lab = await MakeAsync(2);
        var request = new VerifyArchiveRequest
        {
            ArchivePath = lab.Archive,
            Baseline = lab.Images.Put("first", HasKept),
            WorkDirectory = lab.Work,
        };
        var verify = new VerifyArchive(lab.Images);
        Assert.False((await verify.RunAsync(request, EventSink.None, CancellationToken.None)).IsValid);
        request = request with { AdditionalBaselines = [lab.Images.Put("other-0", HasBefore)] };
        var found = await verify.RunAsync(request, EventSink.None, CancellationToken.None);
        Assert.True(found.IsValid, string.Join('\n', found.Findings));
        Assert.Contains(found.Findings, f => f.Check == "rebuild" && f.Subject == After.Digest.ToString());
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => verify.RunAsync(
            request with { Baseline = null }, EventSink.None, CancellationToken.None));
        lab.AssertTidy();
    }

    [Fact]
    public async Task Of_a_bundle_all_images_may_use_them()
    {
        using var lab = new BundleLab();
        NamedPair[] pairs = [new("a", Baseline, Target),
            new("b", ImageMaker.Make(false, [Before, Other], "b1"), ImageMaker.Make(false, [After, Other], "b2"))];
        await lab.CreateAsync(pairs, DeltaLab.Quick with { FormatVersion = 2 });
        NamedPair[] given = [pairs[0] with { Baseline = HasKept }, pairs[1] with { Baseline = HasKept }];
        var request = lab.RestoreRequest(given, strict: true);
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => lab.RestoreAsync(request));
        await lab.RestoreAsync(request with { AdditionalBaselines = [lab.Put(HasBefore)] });
        Assert.All(pairs, p => p.Target.AssertSame(lab.Find(p.Name)!));
        lab.AssertTidy();
    }

    [Fact]
    public async Task One_that_is_read_is_not_written_over()
    {
        using var lab = await MakeAsync(2);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["b.tar"], "b");
        var file = ImageReference.Parse($"docker-archive:{folder["b.tar"]}");
        await Errors.ThrowsAsync(DiffahErrors.OutputIsInput, () => new RestoreImage(lab.Images).RunAsync(
            Request(lab, HasKept) with { AdditionalBaselines = [file], Destination = file, Overwrite = true },
            EventSink.None, CancellationToken.None));
        Assert.Equal("b", await File.ReadAllTextAsync(folder["b.tar"]));
    }

    private static async Task<DeltaLab> MakeAsync(int version)
    {
        var lab = new DeltaLab();
        await lab.CreateAsync(Baseline, Target, DeltaLab.Quick with { FormatVersion = version });
        return lab;
    }

    private static RestoreImageRequest Request(DeltaLab lab, MemoryImage first, params MemoryImage[] others) =>
        lab.RestoreRequest(first) with
        {
            Baseline = lab.Images.Put("first", first),
            AdditionalBaselines = [.. others.Select((o, i) => lab.Images.Put($"other-{i}", o))],
        };

    private static async Task<MemoryImage> RestoreAsync(
        DeltaLab lab, MemoryImage first, MemoryImage other, EventLog? log = null)
    {
        var request = Request(lab, first, other);
        await new RestoreImage(lab.Images).RunAsync(request, log?.Sink ?? EventSink.None, CancellationToken.None);
        return lab.Images.Find("restored")!;
    }
}
