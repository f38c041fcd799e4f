using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>Every phase of a real run counts its bytes as they are worked on, up to all of them.</summary>
public sealed class ProgressPhaseTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    private readonly DeltaLab _lab = new();
    private readonly EventLog _log = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(1, "comparing contents", "indexing", "patching from", "preparing", "reading", "trying", "verifying",
        "writing")]
    [InlineData(2, "comparing files", "finding its encoder", "preparing", "reading", "reading files", "verifying",
        "writing")]
    public async Task A_diff_moves_in_every_phase(int version, params string[] phases)
    {
        var (baseline, target) = Pair(seed: 1);
        await CreateAsync(baseline, target, DeltaLab.Quick with { ZstdLevel = 6, FormatVersion = version });
        Assert.Equal(phases, MovedOrNamed());
    }

    [Fact]
    public async Task A_diff_without_patches_moves_too()
    {
        var (baseline, target) = Pair(seed: 2);
        await CreateAsync(baseline, target, DeltaLab.Quick with { IntraLayer = IntraLayerMode.Off });
        Assert.Equal(["reading", "writing"], MovedOrNamed());
    }

    [Theory]
    [InlineData(1, "comparing contents", "estimating", "indexing", "reading", "trying")]
    [InlineData(2, "comparing files", "estimating", "reading", "reading files", "verifying")]
    public async Task A_plan_moves_in_every_phase(int version, params string[] phases)
    {
        var (baseline, target) = Pair(seed: 3);
        await new CreateDelta(_lab.Images).PlanAsync(
            _lab.CreateRequest(baseline, target, DeltaLab.Quick with { FormatVersion = version }), Sink,
            CancellationToken.None);
        Assert.Equal(phases, MovedOrNamed());
    }

    [Theory]
    [InlineData(1, "comparing contents", "indexing", "patching from", "preparing", "reading", "trying", "verifying",
        "writing")]
    [InlineData(2, "comparing files", "finding its encoder", "preparing", "reading", "reading files", "verifying",
        "writing")]
    public async Task A_bundle_moves_in_every_phase(int version, params string[] phases)
    {
        using var lab = new BundleLab();
        var pairs = Enumerable.Range(4, 2)
            .Select(seed => new NamedPair($"image-{seed}", Pair(seed).Baseline, Pair(seed).Target));
        await new CreateBundle(lab).RunAsync(
            lab.CreateRequest(pairs, DeltaLab.Quick with { ZstdLevel = 6, FormatVersion = version }), Sink,
            CancellationToken.None);
        Assert.Equal(phases, MovedOrNamed());
    }

    [Theory]
    [InlineData(1, ArchiveCompression.None, "reading from the baseline", "writing")]
    [InlineData(1, ArchiveCompression.Zstd, "decompressing", "reading from the baseline", "writing")]
    [InlineData(2, ArchiveCompression.None, "reading from the baseline", "rebuilding", "writing")]
    [InlineData(2, ArchiveCompression.Zstd, "decompressing", "reading from the baseline", "rebuilding", "writing")]
    public async Task A_restore_moves_in_every_phase(
        int version, ArchiveCompression compression, params string[] phases)
    {
        var (baseline, target) = Pair(seed: 6);
        var request = _lab.CreateRequest(baseline, target, DeltaLab.Quick with { FormatVersion = version });
        await new CreateDelta(_lab.Images).RunAsync(
            request with { Compression = compression }, EventSink.None, CancellationToken.None);
        await _lab.RestoreAsync(baseline, Sink);
        Assert.Equal(phases, MovedOrNamed());
    }

    [Fact]
    public async Task A_check_moves_in_every_phase()
    {
        var (baseline, target) = Pair(seed: 7);
        await _lab.CreateAsync(baseline, target);
        var request = new VerifyArchiveRequest
        {
            ArchivePath = _lab.Archive,
            Baseline = _lab.Images.Put(
            "baseline", baseline),
            WorkDirectory = _lab.Work
        };
        Assert.True((await new VerifyArchive(_lab.Images).RunAsync(request, Sink, CancellationToken.None)).IsValid);
        Assert.Equal(["reading from the baseline", "rebuilding", "verifying"], MovedOrNamed());
    }

    [Fact]
    public async Task A_copy_moves_in_every_phase()
    {
        var request = new CopyImageRequest
        {
            Source = _lab.Images.Put("source", Pair(seed: 8).Target),
            Destination = InMemoryTransport.Reference("copy"),
            WorkDirectory = _lab.Work,
        };
        await new CopyImage(_lab.Images).RunAsync(request, Sink, CancellationToken.None);
        Assert.Equal(["writing"], MovedOrNamed());
    }

    [Fact]
    public async Task Every_event_names_the_room_it_comes_from()
    {
        var (baseline, target) = Pair(seed: 9);
        await CreateAsync(baseline, target, DeltaLab.Quick);
        await _lab.RestoreAsync(baseline, Sink);
        Assert.Equal(["operations"],
            _log.Events.OfType<ProgressEvent>().Where(e => e.IsWhole).Select(e => e.Component).Distinct());
        Assert.Equal(["deltas", "images"],
            _log.Events.OfType<ProgressEvent>().Where(e => !e.IsWhole).Select(e => e.Component).Distinct().Order());
        var story = _log.Events.OfType<MessageEvent>()
            .Where(m => m.Message.StartsWith("Layer ", StringComparison.Ordinal)).ToArray();
        Assert.Contains(
            story, m => m.Component == "deltas" && m.Message.Contains(": read, ", StringComparison.Ordinal));
        Assert.Contains(story, m => m.Component == "operations"
            && m.Message.Contains("made of 1 layer of the baseline", StringComparison.Ordinal));
    }

    private EventSink Sink => new(_log) { ReportInterval = TimeSpan.Zero };

    private Task<DeltaArchive> CreateAsync(MemoryImage baseline, MemoryImage target, EncodingOptions options) =>
        new CreateDelta(_lab.Images).RunAsync(
            _lab.CreateRequest(baseline, target, options), Sink, CancellationToken.None);

    /// <summary>
    /// Two layers to choose from, one of them edited in the target; one that stays; and a new one that nothing
    /// resembles where nothing is patched.
    /// </summary>
    private static (MemoryImage Baseline, MemoryImage Target) Pair(int seed)
    {
        var first = Bytes.Random(seed, 2 * Mebibyte);
        var second = Bytes.Random(seed + 100, 2 * Mebibyte);
        return (
            ImageMaker.Oci(
                LayerBytes.Tar(("app/a", first), ("app/same", second[..Mebibyte])), LayerBytes.Tar(("data/b", second))),
            ImageMaker.Oci(LayerBytes.Tar(("app/a", Bytes.Edited(first)), ("app/same", second[..Mebibyte])),
                LayerBytes.Tar(("data/b", second))));
    }

    /// <summary>
    /// The phases of all parts, each after the checks that hold for it: its reports never go back, there is more than
    /// one on the way, and the last is of all bytes.
    /// </summary>
    private string[] MovedOrNamed()
    {
        foreach (var part in _log.Events.OfType<ProgressEvent>().Where(e => !e.IsWhole).GroupBy(e => e.Id))
            Assert.All(Stages([.. part]), AssertMoved);
        return [.. _log.Events.OfType<ProgressEvent>().Where(e => !e.IsWhole).Select(e => PhaseOf(e.Status)).Distinct()
            .Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<List<ProgressEvent>> Stages(ProgressEvent[] part)
    {
        var stage = new List<ProgressEvent>();
        foreach (var report in part)
        {
            if (stage.Count > 0 && stage[^1].Status != report.Status)
            {
                yield return stage;
                stage = [];
            }
            stage.Add(report);
        }
        yield return stage;
    }

    private static void AssertMoved(List<ProgressEvent> stage)
    {
        if (stage[0].Total is not { } total)
            return;
        Assert.Equal(0, stage[0].Done);
        Assert.Equal(stage.Select(e => e.Done).Order(), stage.Select(e => e.Done));
        Assert.All(stage, e => Assert.Equal(total, e.Total));
        Assert.Equal(total, stage[^1].Done);
        // An index of a few MiB is ready before anybody looked at it.
        if (total > Mebibyte && !stage[0].Status.StartsWith("indexing ", StringComparison.Ordinal))
            Assert.True(stage.Select(e => e.Done).Distinct().Count(done => done > 0) > 1,
                $"'{stage[0].Status}' jumped to its end");
    }

    /// <summary>The words before the digest that some have.</summary>
    private static string PhaseOf(string status) =>
        string.Join(' ', status.Split(' ').Where(word => word.Length != 12 || !word.All(char.IsAsciiHexDigitLower)));
}
