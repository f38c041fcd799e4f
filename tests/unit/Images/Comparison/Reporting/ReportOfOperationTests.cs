using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Comparison.Reporting;

/// <summary>Reports as the operation makes them.</summary>
public sealed class ReportOfOperationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryTransport _transport = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "layer-0")]
    [InlineData(true, "files")]
    public async Task Both_sides_lie_there_as_they_are(bool squash, string place)
    {
        var found = await CompareAsync(Request(Old, New) with { Options = new() { Squash = squash } });
        Assert.Equal(_folder["report"], found.Comparison.ReportDirectory);
        Assert.Equal(["changed", "gone"], Files($"reference/{place}"));
        Assert.Equal(["changed", "come", "first", "second"], Files($"difference/{place}"));
        Assert.Equal(("old\n", "new\n"), (Read($"reference/{place}/changed"), Read($"difference/{place}/changed")));
        var document = JsonNode.Parse(Read("report.json"))!;
        Assert.Equal((found.Comparison.DifferenceCount, found.Comparison.DifferenceDigest),
            ((int)document["summary"]!["difference_count"]!, (string?)document["difference_digest"]));
        Assert.Equal(found.Differences.Select(d => d.Path),
            document["differences"]!.AsArray().Select(d => (string?)d!["path"]));
    }

    [Fact]
    public async Task Other_names_of_a_file_are_told_and_not_copied()
    {
        var layer = new TarBuilder().File("one", "text").HardLink("two", "one").ToArray();
        await CompareAsync(Request(new TarBuilder().ToArray(), layer));
        Assert.Equal(["one"], Files("difference/layer-0"));
        var second = JsonNode.Parse(Read("report.json"))!["differences"]!.AsArray()
            .Single(d => (string?)d!["path"] == "two")!;
        Assert.Equal("difference/layer-0/one", (string?)second["difference_file"]!["file"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lines_come_with_the_differences(bool include)
    {
        var request = Request(Old, New) with { ReportDirectory = null, Options = new() { IncludeContent = include } };
        var found = await CompareAsync(request);
        Assert.Equal(include ? ["--- a/changed\n+++ b/changed\n@@ -1 +1 @@\n-old\n+new\n"] : [],
            found.Differences.Select(d => d.Patch).OfType<string>());
    }

    [Fact]
    public async Task A_folder_that_is_taken_is_refused_before_an_image_is_opened()
    {
        Directory.CreateDirectory(_folder["report"]);
        await File.WriteAllTextAsync(_folder["report/mine"], "");
        Assert.Equal(DiffahErrors.DestinationExists, (await FailAsync(Request(Old, New))).Error);
        Assert.Empty(_transport.Sources);
        Assert.Equal(["mine"], Files("."));
    }

    [Fact]
    public async Task A_comparison_that_fails_leaves_no_folder()
    {
        var request = Request(Old, New);
        var image = _transport.Find("difference")!;
        _transport.Damage(request.DifferenceImage.Path!, image.Manifest.Layers[0].Digest, null);
        Assert.Equal(DiffahErrors.BlobMissing, (await FailAsync(request)).Error);
        Assert.Equal(["work"], ReportBench.Names(_folder.Path));
    }

    [Fact]
    public async Task A_caller_that_throws_gets_no_folder()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => new CompareImages(_transport).RunAsync(
            Request(Old, New), _ => throw new InvalidOperationException(), EventSink.None, default));
        Assert.Equal(["work"], ReportBench.Names(_folder.Path));
    }

    [Fact]
    public async Task A_comparison_that_is_cancelled_leaves_no_folder()
    {
        using var source = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CompareImages(_transport).RunAsync(
            Request(Old, New), _ => { if (++seen == 2) source.Cancel(); }, EventSink.None, source.Token));
        Assert.Equal(["work"], ReportBench.Names(_folder.Path));
    }

    [SkippableFact]
    public async Task A_disk_that_is_too_small_is_left_as_it_was()
    {
        await using var disk = await SmallDisk.MountAsync(kibibytes: 256);
        var large = new TarBuilder().File("a", "small").File("large", new byte[300_000]).ToArray();
        var report = Path.Combine(disk.Path, "report");
        var request = Request(new TarBuilder().ToArray(), large) with { ReportDirectory = report };
        var refused = await FailAsync(request);
        Assert.Equal(DiffahErrors.DiskFull, refused.Error);
        Assert.Contains("ReportDirectory (--report-dir)", refused.NextAction, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    private static byte[] Old => new TarBuilder().File("changed", "old\n").File("gone", "2").File("same", "3").ToArray();

    private static byte[] New => new TarBuilder().File("changed", "new\n").File("same", "3").File("come", "4")
        .File("first", "5").File("second", "5").Symlink("link", "same").ToArray();

    private CompareImagesRequest Request(byte[] reference, byte[] difference) => new()
    {
        ReferenceImage = _transport.Put("reference", new ImageDraft(reference).Build()),
        DifferenceImage = _transport.Put("difference", new ImageDraft(difference).Build()),
        ReportDirectory = _folder["report"],
        WorkDirectory = _folder["work"],
    };

    private Task<Found> CompareAsync(CompareImagesRequest request) =>
        ComparisonBench.CompareAsync(_transport, request);

    private Task<DiffahException> FailAsync(CompareImagesRequest request) =>
        Assert.ThrowsAsync<DiffahException>(() => CompareAsync(request));

    private string[] Files(string folder) => ReportBench.Names(Path.Combine(_folder["report"], folder));

    private string Read(string path) => File.ReadAllText(Path.Combine(_folder["report"], path));
}
