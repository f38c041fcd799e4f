using System.Text;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Reports;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>A report is written whole or not at all, and says of a signature what was looked at.</summary>
public sealed class ExportReportTests : IDisposable
{
    private readonly DeltaLab _lab = new();
    private readonly KeyBench _keys = new();
    private readonly MemoryImage _baseline;
    private readonly MemoryImage _target;

    public ExportReportTests() => (_baseline, _target) = Pairs.Mixed();

    private string Page => _lab.Folder["out/report.html"];

    public void Dispose()
    {
        _lab.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public async Task A_page_of_a_delta_says_what_its_archive_says()
    {
        var archive = await _lab.CreateAsync(_baseline, _target);
        var report = await RunAsync(OfDelta());
        var bytes = await File.ReadAllBytesAsync(Page);
        Assert.Equal(new ExportedReport(Page, "Html", bytes.Length, _lab.Archive), report);
        Assert.NotEqual(0xEF, bytes[0]); // a byte order mark
        var page = new ParsedPage(Encoding.UTF8.GetString(bytes));
        Assert.Contains(archive.Images[0].TargetManifestDigest, page.Texts("code"));
        Assert.Contains("Not signed: nothing says who made the archive.", page.Texts("p"));
        Assert.DoesNotContain("Packages", page.Texts("h2"));
        Assert.Equal(["reused", "patched", "whole"],
            page.Rows("The layers of the image, base first").Skip(1).Select(r => r[1]));
        Assert.Equal(["delta.tar", "report.html"], _lab.Folder.Entries.Where(IsOut).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_same_archive_gives_the_same_bytes()
    {
        await _lab.CreateAsync(_baseline, _target);
        await RunAsync(OfDelta());
        var first = await File.ReadAllBytesAsync(Page);
        await RunAsync(OfDelta() with { Overwrite = true });
        Assert.Equal(first, await File.ReadAllBytesAsync(Page));
    }

    [Theory]
    [InlineData("a.md", null, "Markdown")]
    [InlineData("A.MD", null, "Markdown")]
    [InlineData("a.htm", null, "Html")]
    [InlineData("a.html", ReportFormat.Markdown, "Markdown")]
    [InlineData("a", ReportFormat.Html, "Html")]
    public async Task The_name_says_the_language_where_nobody_does(string name, ReportFormat? format, string expected)
    {
        await _lab.CreateAsync(_baseline, _target);
        var path = _lab.Folder["out/" + name];
        Assert.Equal(expected, (await RunAsync(OfDelta() with { OutputPath = path, Format = format })).Format);
        Assert.StartsWith(expected == "Html" ? "<!DOCTYPE html>" : "# `delta.tar`\n",
            await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_says_no_language_is_refused_before_anything_is_read()
    {
        var error = await FailsAsync(
            DiffahErrors.InvalidArgument, OfDelta() with { OutputPath = _lab.Folder["out/report.pdf"] });
        Assert.Contains("--format", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_it_may_be_replaced()
    {
        await _lab.CreateAsync(_baseline, _target);
        await File.WriteAllTextAsync(Page, "mine");
        await FailsAsync(DiffahErrors.DestinationExists, OfDelta());
        Assert.Equal("mine", await File.ReadAllTextAsync(Page));
        await RunAsync(OfDelta() with { Overwrite = true });
        Assert.NotEqual("mine", await File.ReadAllTextAsync(Page));
    }

    [Fact]
    public async Task The_archive_is_never_replaced()
    {
        await _lab.CreateAsync(_baseline, _target);
        var error = await FailsAsync(DiffahErrors.OutputIsInput,
            OfDelta() with { OutputPath = _lab.Archive, Overwrite = true, Format = ReportFormat.Html });
        Assert.Contains("the archive", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_counts_where_it_was_verified()
    {
        await SignedAsync();
        await RunAsync(OfDelta());
        Assert.Contains("Signed, not verified", await File.ReadAllTextAsync(Page), StringComparison.Ordinal);
        await RunAsync(OfDelta(_keys.Public) with { Overwrite = true });
        Assert.Contains("Signed, and verified with the key that was given.", await File.ReadAllTextAsync(Page),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_another_signed_has_no_report()
    {
        await SignedAsync();
        await FailsAsync(DiffahErrors.SignatureInvalid, OfDelta(_keys.OtherPublic));
        File.Delete(_lab.Archive + ".sig");
        await FailsAsync(DiffahErrors.SignatureMissing, OfDelta(_keys.Public));
        Assert.False(File.Exists(Page));
    }

    [Fact]
    public async Task A_damaged_archive_leaves_nothing_behind()
    {
        await _lab.CreateAsync(_baseline, _target);
        var bytes = await File.ReadAllBytesAsync(_lab.Archive);
        await File.WriteAllBytesAsync(_lab.Archive, bytes[..(bytes.Length / 2)]);
        await FailsAsync(DiffahErrors.ArchiveInvalid, OfDelta() with { OutputPath = _lab.Folder["out/new/a.html"] });
        Assert.False(Directory.Exists(_lab.Folder["out/new"]));
        _lab.AssertTidy();
    }

    [Fact]
    public async Task With_the_baseline_it_is_told_what_changes()
    {
        await _lab.CreateAsync(Files("old"), Files("new"));
        var request = OfDelta();
        await RunAsync(request with
        {
            Archive = request.Archive! with { Baseline = InMemoryTransport.Reference("baseline") },
        });
        AssertChanges(new ParsedPage(await File.ReadAllTextAsync(Page)));
    }

    [Fact]
    public async Task Images_that_are_compared_have_a_report()
    {
        var report = await RunAsync(OfImages());
        var (a, b) = (InMemoryTransport.Reference("a"), InMemoryTransport.Reference("b"));
        Assert.Equal($"{a} ≠ {b}", report.Source);
        var page = new ParsedPage(await File.ReadAllTextAsync(Page));
        Assert.Equal("oci:a → oci:b", Assert.Single(page.Texts("h1")));
        AssertChanges(page);
    }

    [Fact]
    public async Task A_report_is_of_one_thing()
    {
        await FailsAsync(DiffahErrors.InvalidArgument, OfImages() with { Archive = OfDelta().Archive });
        await FailsAsync(DiffahErrors.InvalidArgument, OfImages() with { Comparison = null });
    }

    private static void AssertChanges(ParsedPage page)
    {
        Assert.Equal(["app", "upgraded", "1.0", "2.0", "deb amd64"], page.Rows("Packages that changed").Last());
        Assert.Equal(["etc/changed", "var/lib/dpkg/status"],
            page.Rows("Files that changed").Skip(1).Select(r => r[0]));
    }

    /// <summary>A layer with a package, a file that is always the same, and one that is not.</summary>
    private static MemoryImage Files(string content) => ImageMaker.Oci(LayerBytes.Tar(
        ("etc/changed", Encoding.ASCII.GetBytes(content)),
        ("etc/kept", Bytes.Text(3, 500)),
        ("var/lib/dpkg/status", Encoding.ASCII.GetBytes("Package: app\nStatus: install ok installed\n"
            + $"Architecture: amd64\nVersion: {(content == "old" ? 1 : 2)}.0\n\n"))));

    private bool IsOut(string entry) => File.Exists(_lab.Folder[entry])
        && Path.GetFileName(Path.GetDirectoryName(_lab.Folder[entry])) == "out";

    private Task<DeltaArchive> SignedAsync() => new CreateDelta(_lab.Images).RunAsync(
        _lab.CreateRequest(_baseline, _target) with { SigningKey = new SigningKeySource(_keys.Private) },
        EventSink.None, default);

    private ExportReportRequest OfDelta(string? key = null) => new()
    {
        Archive = new()
        {
            ArchivePath = _lab.Archive,
            VerificationKeyPath = key,
            WorkDirectory = _lab.Work,
        },
        OutputPath = Page,
        WorkDirectory = _lab.Work,
    };

    private ExportReportRequest OfImages() => OfDelta() with
    {
        Archive = null,
        Comparison = new()
        {
            ReferenceImage = _lab.Images.Put("a", Files("old")),
            DifferenceImage = _lab.Images.Put("b", Files("new")),
            WorkDirectory = _lab.Work,
        },
    };

    private Task<ExportedReport> RunAsync(ExportReportRequest request) =>
        new ExportReport(_lab.Images).RunAsync(request, EventSink.None, default);

    private Task<DiffahException> FailsAsync(DiffahError expected, ExportReportRequest request) =>
        Errors.ThrowsAsync(expected, () => RunAsync(request));
}
