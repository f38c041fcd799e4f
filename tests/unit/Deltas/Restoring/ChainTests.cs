using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Restoring;

/// <summary>Several archives, each made from what the one before it makes, restored as one.</summary>
public class ChainTests
{
    private static readonly EncodingOptions V2 = DeltaLab.Quick with { FormatVersion = 2 };
    private static readonly byte[] App = Bytes.Text(1, 80_000);
    private static readonly byte[] Library = Bytes.Text(2, 70_000);

    private static readonly LayerBytes Kept = Layer("etc/kept", Bytes.Text(3, 5000));
    private static readonly LayerBytes App1 = Layer("srv/app", App);
    private static readonly LayerBytes App2 = Layer("srv/app", Edited(App, 2));
    private static readonly LayerBytes App3 = Layer("srv/app", Edited(App, 3));
    private static readonly LayerBytes App4 = Layer("srv/app", Edited(App, 4));
    private static readonly LayerBytes Library1 = Layer("usr/lib/library", Library);
    private static readonly LayerBytes Library2 = Layer("usr/lib/library", Bytes.Edited(Library));
    private static readonly LayerBytes New = LayerBytes.Raw(Bytes.Random(4, 3000));

    private static readonly MemoryImage First = ImageMaker.Make(false, [Kept, App1, Library1], "v1");
    private static readonly MemoryImage Second = ImageMaker.Make(false, [Kept, App2, Library2], "v2");
    private static readonly MemoryImage Third = ImageMaker.Make(false, [Kept, App3, New], "v3");

    [Fact]
    public void A_chain_gives_what_step_by_step_gives() => RandomImages.ForAllChains(60, async chain =>
    {
        using var lab = await new ChainLab(chain.Make()).CreateAsync(
            [.. chain.Versions.Select(v => DeltaLab.Quick with { FormatVersion = v })]);
        var (last, whole) = (lab.Images[^1], await lab.RestoreAsync());
        last.AssertSame(whole);
        last.AssertSame(await lab.RestoreStepwiseAsync());
        lab.AssertTidy();
    });

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public async Task Versions_may_be_mixed(int first, int second)
    {
        using var lab = await new ChainLab(First, Second, Third).CreateAsync(
            V2 with { FormatVersion = first }, V2 with { FormatVersion = second });
        Third.AssertSame(await lab.RestoreAsync());
        Assert.All(lab.Lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
        Assert.DoesNotContain("v2", lab.Lab.Images.Names);
        lab.AssertTidy();
    }

    [Fact]
    public async Task What_the_last_image_does_not_need_is_not_made_and_the_rest_once()
    {
        using var lab = await CreateAsync();
        var log = new EventLog();
        Third.AssertSame(await lab.RestoreAsync(events: log.Sink));
        var rebuilt = Rebuilt(log);
        // The library of the second image is a patch too, and is in no later image.
        Assert.Equal(Sorted(App2, App3), rebuilt);
        Assert.DoesNotContain(Library1.Digest, lab.Lab.Images.Opened.Keys);
    }

    [Fact]
    public async Task What_the_baseline_has_again_is_not_made()
    {
        using var lab = await new ChainLab(First, Second, First).CreateAsync(V2);
        var log = new EventLog();
        First.AssertSame(await lab.RestoreAsync(events: log.Sink));
        Assert.Empty(Rebuilt(log));
        Assert.All(lab.Lab.Images.Opened, o => Assert.Equal((o.Key, 1), (o.Key, o.Value)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_comes_back_later_is_made_once(int version)
    {
        // App2 is made of App1, App3 of it, and it of App3 again.
        using var lab = await new ChainLab(First, Second, Third, Second, Third)
            .CreateAsync(V2 with { FormatVersion = version });
        Third.AssertSame(await lab.RestoreAsync());
        lab.AssertTidy();
    }

    [Fact]
    public async Task Archives_in_another_order_are_sorted_by_their_digests()
    {
        using var lab = await CreateAsync();
        var log = new EventLog();
        Third.AssertSame(
            await lab.RestoreAsync(lab.Request(null, lab.PathOf(1), lab.PathOf(0)), log.Sink));
        Assert.Single(log.Messages(EventLevel.Verbose), m => m.Contains("in another order", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_missing_link_is_told_with_both_archives(int version)
    {
        using var lab = await new ChainLab(First, Second, Third, ImageMaker.Make(false, [Kept, App4], "v4"))
            .CreateAsync(V2 with { FormatVersion = version });
        lab.Lab.Images.ForgetCounts();
        var e = await Errors.ThrowsAsync(DiffahErrors.ChainBroken,
            () => lab.RestoreAsync(lab.Request(null, lab.PathOf(0), lab.PathOf(2))));
        Assert.Contains(lab.PathOf(0), e.Message, StringComparison.Ordinal);
        Assert.Contains("does not continue from", e.Message, StringComparison.Ordinal);
        Assert.Contains(Second.Manifest.Digest.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains(Third.Manifest.Digest.ToString(), e.Message, StringComparison.Ordinal);
        AssertUntouched(lab);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_wrong_baseline_is_told_before_a_layer_moves(int version)
    {
        using var lab = await new ChainLab(First, Second, Third).CreateAsync(V2 with { FormatVersion = version });
        var other = ImageMaker.Make(false, [Kept, New], "other");
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => lab.RestoreAsync(lab.Request(other)));
        Assert.Contains(First.Manifest.Digest.ToString(), $"{e.Message} {e.NextAction}", StringComparison.Ordinal);
        if (version == 2)
            Assert.Contains(App1.DiffId.ToString(), e.Message, StringComparison.Ordinal);
        AssertUntouched(lab);
    }

    [Fact]
    public async Task What_no_later_image_needs_may_be_missing()
    {
        using var lab = await CreateAsync();
        // The library that the second image's library is made of is not there, and neither is that needed.
        Third.AssertSame(await lab.RestoreAsync(lab.Request(ImageMaker.Make(true, [App1, Kept], "other"))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_archive_that_the_baseline_makes_needless_is_passed_over(int version)
    {
        using var lab = await new ChainLab(First, Second, Third).CreateAsync(V2 with { FormatVersion = version });
        Third.AssertSame(await lab.RestoreAsync(lab.Request(Second)));
    }

    [Fact]
    public async Task Other_images_beside_the_baseline_serve_all_archives()
    {
        using var lab = await CreateAsync();
        var request = lab.Request(ImageMaker.Make(false, [Kept], "a")) with
        {
            AdditionalBaselines = [lab.Lab.Images.Put("b", ImageMaker.Make(true, [App2], "b"))],
        };
        var log = new EventLog();
        Third.AssertSame(await lab.RestoreAsync(request, log.Sink));
        Assert.Equal(Sorted(App3), Rebuilt(log));
    }

    [Fact]
    public async Task The_archives_sizes_are_added_up()
    {
        using var lab = await CreateAsync();
        var request = lab.Request();
        var sizes = lab.Paths.Sum(p => new FileInfo(p).Length);
        var restored = await new RestoreImage(lab.Lab.Images).RunAsync(
            request, EventSink.None, CancellationToken.None);
        Assert.Equal(sizes, restored.ArchiveBytes);
        Assert.Equal((1, 1, 1),
            (restored.BaselineLayerCount, restored.PatchedLayerCount, restored.FullLayerCount));
        var plan = await new RestoreImage(lab.Lab.Images).PlanAsync(request, EventSink.None, CancellationToken.None);
        Assert.Equal(sizes, plan.ArchiveBytes);
        Assert.Equal([lab.PathOf(0)], plan.PrecedingArchives.Select(a => a.Path));
        Assert.Equal(lab.PathOf(1), plan.Archive.Path);
        Assert.True(plan.Images[0].WouldImport);
    }

    [Fact]
    public async Task A_layer_that_only_an_earlier_archive_brings_counts_as_it_came()
    {
        var last = ImageMaker.Make(false, [Kept, App3, New], "v4");
        using var lab = await new ChainLab(First, Second, Third, last).CreateAsync(V2);
        var restored = await new RestoreImage(lab.Lab.Images).RunAsync(
            lab.Request(), EventSink.None, CancellationToken.None);
        Assert.Equal((1, 1, 1),
            (restored.BaselineLayerCount, restored.PatchedLayerCount, restored.FullLayerCount));
    }

    [Fact]
    public async Task A_budget_too_small_for_what_comes_between_is_told_before_a_layer_moves()
    {
        var text = Bytes.Text(9, 3_000_000);
        var (large, edited) = (Layer("srv/app", text), Layer("srv/app", Bytes.Edited(text)));
        using var lab = await new ChainLab(ImageMaker.Make(false, [large], "v1"),
            ImageMaker.Make(false, [edited], "v2"), ImageMaker.Make(false, [New], "v3")).CreateAsync(V2);
        var small = lab.Request() with { MemoryBudget = 3 << 20 };
        // The last image does not need it.
        lab.Images[2].AssertSame(await lab.RestoreAsync(small));
        using var needed = await new ChainLab(lab.Images[0], lab.Images[1],
            ImageMaker.Make(false, [edited, New], "v3")).CreateAsync(V2);
        var tooSmall = needed.Request() with { MemoryBudget = 3 << 20 };
        var e = await Errors.ThrowsAsync(DiffahErrors.MemoryBudgetExceeded, () => needed.RestoreAsync(tooSmall));
        Assert.Contains(edited.DiffId.ToString(), e.Message, StringComparison.Ordinal);
        AssertUntouched(needed);
        needed.Images[2].AssertSame(await needed.RestoreAsync());
    }

    [Fact]
    public async Task A_damaged_archive_in_the_middle_is_named_and_nothing_is_left()
    {
        using var lab = await CreateAsync();
        var bytes = await File.ReadAllBytesAsync(lab.PathOf(0));
        // Whatever byte it is: nothing but the image, or nothing at all.
        var failed = 0;
        for (var at = 0; at < bytes.Length; at += bytes.Length / 60)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x40;
            await File.WriteAllBytesAsync(lab.PathOf(0), damaged);
            try
            {
                Third.AssertSame(await lab.RestoreAsync());
            }
            catch (DiffahException e)
            {
                failed++;
                Assert.True(e.Error.Category is DiffahErrorCategory.Content or DiffahErrorCategory.User, e.ToString());
                Assert.Null(lab.Lab.Images.Find("restored"));
            }
            lab.AssertTidy();
        }
        Assert.InRange(failed, 10, 60);
    }

    [Fact]
    public async Task Cancelled_while_what_comes_between_is_made_it_leaves_nothing()
    {
        using var lab = await CreateAsync();
        using var stop = new CancellationTokenSource();
        var log = new EventLog
        {
            OnEvent = e =>
            {
                if (e is ProgressEvent { Status: "rebuilding" } p && p.Activity == $"content {App2.DiffId.ShortHex}")
                    stop.Cancel();
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => lab.RestoreAsync(events: log.Sink, cancellationToken: stop.Token));
        Assert.Null(lab.Lab.Images.Find("restored"));
        lab.AssertTidy();
    }

    [Fact]
    public async Task A_silent_configuration_between_does_not_matter()
    {
        // Nothing says what its layers hold, and the next image is made of one that travels whole.
        var unnamed = New with { DiffId = Digest.Parse($"sha512:{new string('a', 128)}") };
        var second = ImageMaker.Make(false, [Kept, unnamed, App1], "v2");
        var third = ImageMaker.Make(false, [Kept, New.As(CompressionKind.Gzip)], "v3");
        using var lab = await new ChainLab(First, second, third).CreateAsync(V2);
        third.AssertSame(await lab.RestoreAsync());
    }

    [Fact]
    public async Task Archives_are_given_once_each_and_not_too_many()
    {
        using var lab = await CreateAsync();
        var path = lab.PathOf(0);
        await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => lab.RestoreAsync(lab.Request(null, path, path)));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => lab.RestoreAsync(
            lab.Request(null, Enumerable.Range(0, 101).Select(i => lab.Lab.Folder[$"out/{i}"]))));
        await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => lab.RestoreAsync(lab.Request(null, "relative.delta", path)));
    }

    private static Task<ChainLab> CreateAsync() => new ChainLab(First, Second, Third).CreateAsync(V2);

    private static LayerBytes Layer(string name, byte[] content) =>
        LayerBytes.Tar((name, content)).As(CompressionKind.Gzip);

    private static byte[] Edited(byte[] content, int version) => [
        .. content[..(version * 9000)], .. Encoding.ASCII.GetBytes($"version {version}\n"),
        .. content[(version * 9000 + 200)..]];

    private static IEnumerable<string> Sorted(params LayerBytes[] layers) =>
        layers.Select(l => $"content {l.DiffId.ShortHex}").Order();

    /// <summary>The contents that were made of patches, each as often as it was.</summary>
    private static IEnumerable<string> Rebuilt(EventLog log) => log.Events.OfType<ProgressEvent>()
        .Where(p => p.Completed && p.Activity.StartsWith("content ", StringComparison.Ordinal)
            && log.Events.OfType<ProgressEvent>().Any(o => o.Id == p.Id && o.Status == "rebuilding"))
        .Select(p => p.Activity).Order();

    private static void AssertUntouched(ChainLab lab)
    {
        Assert.All(lab.Images[0].Manifest.Layers, l => Assert.DoesNotContain(l.Digest, lab.Lab.Images.Opened.Keys));
        Assert.Null(lab.Lab.Images.Find("restored"));
        lab.AssertTidy();
    }
}
