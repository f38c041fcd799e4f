using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Comparison.Reporting;

public sealed class ComparisonReportTests : IDisposable
{
    private readonly ReportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    // Written by hand: the names and their order are an interface.
    [Fact]
    public async Task The_document_says_everything()
    {
        var images = await ChangedAsync();
        var options = new ComparisonOptions
        {
            Ignore = IgnoredDifferences.Timestamp | IgnoredDifferences.FileOrder,
            ExcludePaths = ["var/log/**"],
            IncludeContent = true,
        };
        await using (var report = _bench.Begin(images, options))
        {
            await report.AddAsync(ReportBench.Changed(images, "etc/x"), default);
            await report.AddAsync(
                new FoundDifference(new ImageDifference(DifferenceKind.Config, "Env", "[\"A=<1>\"]", null), null, null),
                default);
            await report.FinishAsync(ReportBench.Summary(2) with
            {
                Packages = [new PackageChange(PackageChangeKind.Upgraded, "deb", "libc6", "2.36", "2.37")
                {
                    Architecture = "amd64",
                    Path = "var/lib/dpkg/status",
                }],
            }, default);
        }
        Assert.Equal(Expected, await File.ReadAllTextAsync(Path.Combine(_bench.Report, "report.json")));
    }

    [Fact]
    public async Task Files_whose_bytes_are_the_same_are_not_copied()
    {
        var images = await ChangedAsync();
        var mode = ReportBench.Changed(images, "x");
        mode = mode with { Difference = mode.Difference with { Property = DifferenceProperty.Mode } };
        await _bench.WriteAsync(images, [mode]);
        Assert.Empty(ReportBench.Names(Path.Combine(_bench.Report, "reference")));
        var told = _bench.Document["differences"]![0]!;
        Assert.Equal(("mode", null, null),
            ((string?)told["property"], told["reference_file"], told["difference_file"]));
    }

    [Theory]
    [InlineData(true, "old\n", "new\n", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n")]
    [InlineData(false, "old\n", "new\n", null)]
    [InlineData(true, "old\n", "\0", null)]
    public async Task Lines_are_told_where_that_is_asked(bool include, string old, string @new, string? patch)
    {
        var images = await _bench.ImagesAsync(
            [new TarBuilder().File("x", old).ToArray()], [new TarBuilder().File("x", @new).ToArray()]);
        var options = new ComparisonOptions { IncludeContent = include };
        var told = await _bench.WriteAsync(images, [ReportBench.Changed(images, "x")], options);
        Assert.Equal(patch, told[0].Patch);
        Assert.Equal(patch, (string?)_bench.Document["differences"]![0]!["patch"]);
        // And without a folder.
        await using var report = ReportBench.Begin(images, options, null);
        Assert.Equal(patch, (await report.AddAsync(ReportBench.Changed(images, "x"), default)).Patch);
    }

    [SkippableFact]
    public async Task Diff_finds_in_the_folders_what_was_found_in_the_images()
    {
        var old = new TarBuilder().File("changed", "1\n").File("gone", "2\n").ToArray();
        var @new = new TarBuilder().File("changed", "3\n").File("come", "4\n").ToArray();
        var images = await _bench.ImagesAsync([old], [@new]);
        await _bench.WriteAsync(images, [ReportBench.Changed(images, "changed"),
            .. ReportBench.Added(images, @new).Skip(1)]);
        var said = await ExternalTool.TryRunAsync(
            "diff", "-rq", $"{_bench.Report}/reference", $"{_bench.Report}/difference");
        Assert.Equal(
            $"Files {_bench.Report}/reference/layer-0/changed and {_bench.Report}/difference/layer-0/changed differ\n"
                + $"Only in {_bench.Report}/difference/layer-0: come\n", said.Output);
    }

    [Fact]
    public async Task Others_can_t_read_what_images_hold()
    {
        var images = await ChangedAsync();
        await _bench.WriteAsync(images, [ReportBench.Changed(images, "x")]);
        foreach (var tree in new[] { "reference", "difference" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.Combine(_bench.Report, tree)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_bench.Report, "report.json")));
    }

    [Fact]
    public async Task A_report_that_fails_leaves_nothing()
    {
        var images = await ChangedAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.WriteAsync(images, Failing(images)));
        _bench.AssertNothing();

        IEnumerable<FoundDifference> Failing(ComparedImages compared)
        {
            yield return ReportBench.Changed(compared, "x");
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task A_report_that_is_cancelled_leaves_nothing()
    {
        var images = await ChangedAsync();
        using var source = new CancellationTokenSource();
        var found = Enumerable.Range(0, 100).Select(i =>
        {
            if (i == 50)
                source.Cancel();
            return ReportBench.Changed(images, $"x{i}");
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.WriteAsync(images, found, null, source.Token));
        _bench.AssertNothing();
    }

    [Fact]
    public async Task An_empty_folder_is_taken_and_given_back_empty()
    {
        Directory.CreateDirectory(_bench.Report);
        var images = await ChangedAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.WriteAsync(
            images, Enumerable.Range(0, 1).Select<int, FoundDifference>(_ => throw new InvalidOperationException())));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_bench.Report));
        await _bench.WriteAsync(images, [ReportBench.Changed(images, "x")]);
        await _bench.AssertPlainAsync();
    }

    [Fact]
    public async Task What_a_killed_run_left_there_is_taken_away()
    {
        var left = Directory.CreateDirectory(
            Path.Combine(_bench.Report, ".diffah-work-0123456789abcdef0123456789abcdef", "0001-report"));
        await File.WriteAllTextAsync(Path.Combine(left.Parent!.FullName, "lock"), "");
        await _bench.WriteAsync(await ChangedAsync(), []);
        await _bench.AssertPlainAsync();
    }

    [Fact]
    public void A_folder_with_something_in_it_is_refused()
    {
        Directory.CreateDirectory(_bench.Report);
        File.WriteAllText(Path.Combine(_bench.Report, "mine"), "");
        AssertTaken();
        Assert.Equal(["mine"], ReportBench.Names(_bench.Report));
    }

    [Fact]
    public void A_file_is_refused_in_place_of_the_folder_or_above_it()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.Report)!);
        File.WriteAllText(_bench.Report, "");
        AssertTaken();
        var below = Path.Combine(_bench.Report, "below");
        var refused = Assert.Throws<DiffahException>(() => ReportBench.Begin(null, new ComparisonOptions(), below));
        Assert.Equal(DiffahErrors.FileNotFound, refused.Error);
    }

    // Somebody else's comparison into the same folder ended first.
    [Fact]
    public async Task What_came_meanwhile_is_not_touched()
    {
        var images = await ChangedAsync();
        var found = Enumerable.Range(0, 1).Select(_ =>
        {
            Directory.CreateDirectory(Path.Combine(_bench.Report, "reference"));
            return ReportBench.Changed(images, "x");
        });
        var refused = await Assert.ThrowsAsync<DiffahException>(() => _bench.WriteAsync(images, found));
        Assert.Equal(DiffahErrors.DestinationExists, refused.Error);
        Assert.Equal(["reference"], ReportBench.Names(_bench.Report));
        Assert.Empty(ReportBench.Names(Path.Combine(_bench.Report, "reference")));
    }

    [Fact]
    public async Task Many_differences_are_not_kept()
    {
        var images = await ChangedAsync();
        var one = ReportBench.Changed(images, "x");
        var long_ = one with
        {
            Difference = one.Difference with
            {
                Property = DifferenceProperty.Mode,
                Reference = new string('r', 1000),
            },
        };
        var written = 0L;
        await _bench.WriteAsync(images, Enumerable.Range(0, 1000).Select(i =>
        {
            if (i == 999)
                written = Directory.EnumerateFiles(_bench.Report, "report.json", SearchOption.AllDirectories)
                    .Sum(path => new FileInfo(path).Length);
            return long_;
        }));
        Assert.InRange(written, 900_000, long.MaxValue);
        Assert.Equal(1000, _bench.Document["differences"]!.AsArray().Count);
    }

    private Task<ComparedImages> ChangedAsync() => _bench.ImagesAsync(
        [SampleImage.Tar(("etc/x", "old\n"u8.ToArray()))], [SampleImage.Tar(("etc/x", "new!\n"u8.ToArray()))]);

    private void AssertTaken()
    {
        var refused = Assert.Throws<DiffahException>(
            () => _bench.Begin(null, new ComparisonOptions()));
        Assert.Equal(DiffahErrors.DestinationExists, refused.Error);
        Assert.Contains("ReportDirectory (--report-dir)", refused.NextAction, StringComparison.Ordinal);
    }

    private const string Expected = """
        {
          "schema_version": 1,
          "reference": "oci:/a",
          "difference": "oci:/b",
          "options": {
            "ignore": [
              "timestamp",
              "file_order"
            ],
            "exclude_paths": [
              "var/log/**"
            ],
            "squash": false,
            "content": true
          },
          "differences": [
            {
              "kind": "file",
              "path": "etc/x",
              "property": "content",
              "reference": "sha256:1",
              "difference": "sha256:2",
              "layer": 0,
              "platform": null,
              "reference_size": null,
              "difference_size": null,
              "patch": "--- a/etc/x\n+++ b/etc/x\n@@ -1 +1 @@\n-old\n+new!\n",
              "reference_file": {
                "type": "file",
                "size": 4,
                "mode": "0644",
                "uid": 0,
                "gid": 0,
                "user": null,
                "group": null,
                "modified_time": "1970-01-01T00:00:00Z",
                "link": null,
                "device": null,
                "xattrs": null,
                "file": "reference/layer-0/etc/x",
                "not_written": null
              },
              "difference_file": {
                "type": "file",
                "size": 5,
                "mode": "0644",
                "uid": 0,
                "gid": 0,
                "user": null,
                "group": null,
                "modified_time": "1970-01-01T00:00:00Z",
                "link": null,
                "device": null,
                "xattrs": null,
                "file": "difference/layer-0/etc/x",
                "not_written": null
              }
            },
            {
              "kind": "config",
              "path": null,
              "property": "Env",
              "reference": "[\"A=<1>\"]",
              "difference": null,
              "layer": null,
              "platform": null,
              "reference_size": null,
              "difference_size": null,
              "patch": null,
              "reference_file": null,
              "difference_file": null
            }
          ],
          "reference_digest": "sha256:aa",
          "difference_digest": "sha256:bb",
          "summary": {
            "equal": false,
            "difference_count": 2,
            "compared_file_count": 7,
            "changed_file_count": 3,
            "added_file_count": 1,
            "removed_file_count": 2,
            "same_layer_count": 4
          },
          "packages": [
            {
              "kind": "upgraded",
              "type": "deb",
              "name": "libc6",
              "architecture": "amd64",
              "reference_version": "2.36",
              "difference_version": "2.37",
              "path": "var/lib/dpkg/status"
            }
          ]
        }

        """;
}
