using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Reports;
using Diffah.Tests.Cli;

namespace Diffah.Tests.Reports;

/// <summary>What a page says of packages and files that changed.</summary>
public sealed class ChangeSectionsTests
{
    private static readonly DeltaChanges Sample = new(
        SampleRecords.Different.Summary, [.. SampleRecords.Different.Differences]);

    [Fact]
    public void Packages_have_their_versions()
    {
        var page = PageOf(Sample);
        Assert.Equal(
            [
                ["Package", "What", "From", "To", "Kind"],
                ["openssl", "upgraded", "3.0.1", "3.0.2", "deb amd64"],
                ["left-pad", "added", "", "1.0.0", "npm"],
            ],
            page.Rows("Packages that changed").Take(3));
        Assert.Contains("1 added, 1 upgraded.", page.Texts("p"));
    }

    [Fact]
    public void A_file_has_one_row_for_all_that_differs_of_it()
    {
        var page = PageOf(Sample);
        Assert.Equal(
            [
                ["File", "What", "From", "To", "Properties"],
                ["bin/x", "changed", "", "", "Mode"],
                ["etc/os-release", "changed", "7 B", "8 B", "Content, ModifiedTime"],
                ["new", "added", "", "5 B", ""],
            ],
            page.Rows("Files that changed"));
        Assert.Contains("1 added, 2 changed.", page.Texts("p"));
        Assert.Equal(["config", "config.Env", "A=1"], page.Rows("Differences of what is no file").Last().Take(3));
    }

    [Fact]
    public void The_lines_that_differ_are_folded_and_marked()
    {
        var page = PageOf(Sample);
        Assert.Equal("etc/os-release", Assert.Single(page.Texts("summary")));
        Assert.Equal("--- etc/os-release\n+++ etc/os-release\n@@ -1 +1 @@\n-3.18.2\n+3.18.3 \n",
            Assert.Single(page.Texts("pre")));
    }

    [Fact]
    public void A_comparison_has_its_figures_and_says_what_differs_how_often()
    {
        var page = PageOf(Sample);
        Assert.Equal("oci:a:v1 → oci:b:v1", Assert.Single(page.Texts("h1")));
        Assert.Equal(["5", "1", "0", "2", "12", "2"], page.Texts("dd").Take(6));
        Assert.Equal(
            ["differences", "file added", "files removed", "files changed", "files compared", "layers the very same"],
            page.Texts("dt").Take(6));
        Assert.Contains(["file", "Content", "1"], page.Rows("How many differences of each kind"));
    }

    [Fact]
    public void Images_that_are_equal_say_so()
    {
        var page = PageOf(new DeltaChanges(SampleRecords.Same, []));
        Assert.Equal("oci:a:v1 = oci:b:v1", Assert.Single(page.Texts("h1")));
        Assert.Contains("No difference was found, but for those that were passed over.", page.Texts("p"));
    }

    [Fact]
    public void Of_very_many_files_the_largest_are_listed_by_their_paths_and_the_rest_is_counted()
    {
        var files = Enumerable.Range(0, 1000).Select(i =>
            new ImageDifference(DifferenceKind.File, DifferenceProperty.Content, "x", "y")
            {
                Path = $"f{i % 10}/{i:0000}",
                ReferenceSize = 10,
                DifferenceSize = i,
            });
        var page = PageOf(new DeltaChanges(SampleRecords.Different.Summary, [.. files]));
        var rows = page.Rows("Files that changed").Skip(1).Select(r => r[0]).ToArray();
        Assert.Equal(200, rows.Length);
        Assert.Equal(rows.Order(StringComparer.Ordinal), rows);
        Assert.Equal(800, rows.Min(r => int.Parse(r[3..])));
        Assert.Contains("and 800 smaller ones", page.Texts("p"));
    }

    [Fact]
    public void A_name_a_value_or_a_line_from_outside_does_nothing()
    {
        foreach (var name in Hostile.All)
        {
            var shown = name == Hostile.Unseen ? Hostile.Seen : name;
            var difference = new ImageDifference(DifferenceKind.Config, name, name, name) { Platform = name };
            var package = new PackageChange(PackageChangeKind.Changed, "deb", name, name, name) { Path = name };
            var page = PageOf(new DeltaChanges(
                SampleRecords.Different.Summary with { ReferenceImage = name, Packages = [package] },
                [
                    difference,
                    new(DifferenceKind.File, "Content", name, name) { Path = name, Patch = $"+{name}" },
                ]));
            Assert.DoesNotContain("script", page.Elements);
            Assert.DoesNotContain("img", page.Elements);
            Assert.Contains(page.Rows("Packages that changed"), r => r[0] == shown && r[2] == shown && r[3] == shown);
            Assert.Contains(page.Rows("Files that changed"), r => r[0] == shown);
            Assert.Contains(page.Rows("Differences of what is no file"),
                r => r.SequenceEqual([$"config of {shown}", shown, shown, shown]));
            Assert.Equal(shown, Assert.Single(page.Texts("summary")));
        }
    }

    [Fact]
    public void A_long_patch_is_cut()
    {
        var patch = string.Concat(Enumerable.Range(0, 700).Select(i => $"+{i}\n"));
        var page = PageOf(new DeltaChanges(SampleRecords.Different.Summary,
            [new(DifferenceKind.File, "Content", "x", "y") { Path = "a", Patch = patch }]));
        Assert.EndsWith("+499\n… and 200 more lines\n", Assert.Single(page.Texts("pre")), StringComparison.Ordinal);
    }

    private static ParsedPage PageOf(DeltaChanges changes)
    {
        using var html = new StringWriter();
        new HtmlReport(html).Write(ReportBuilder.Build(new ReportModel { Comparison = changes }, ReportLimits.Page));
        return new ParsedPage(html.ToString());
    }
}
