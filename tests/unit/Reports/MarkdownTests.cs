using Diffah.Engine.Reports;
using Diffah.Tests.Cli;

namespace Diffah.Tests.Reports;

/// <summary>
/// Release notes in Markdown. What is expected here was rendered by cmark-gfm 0.29.0.gfm.6, marked 18.2.1 and
/// markdown-it 15.0.3, which gave the texts back as they were, and no element but those of the report.
/// </summary>
public sealed class MarkdownTests
{
    [Theory]
    [InlineData("usr/bin/python3.11", "`usr/bin/python3.11`")]
    [InlineData("__init__.py", "`__init__.py`")]
    [InlineData("<b>@all #1</b>", "`<b>@all #1</b>`")]
    [InlineData("a|b", "<code>a&#124;b</code>")]
    [InlineData("a`b", "<code>a&#96;b</code>")]
    [InlineData("a\\", "<code>a&#92;</code>")]
    [InlineData(" a", "<code> a</code>")]
    [InlineData("|<script>*x*", "<code>&#124;&#60;script&#62;&#42;x&#42;</code>")]
    [InlineData(Hostile.Unseen, "`a?b?c?d?[31me?f?g?h`")]
    public void A_name_is_code_in_which_nothing_else_is_found(string name, string expected) =>
        Assert.Equal(expected, MarkdownText.Of(ReportText.Code(name)));

    [Fact]
    public void Words_are_no_markup() =>
        Assert.Equal("App: &#42;2&#42; &#60;b&#62; &#91;x&#93;(y) &#35;1 &#38;amp; http&#58;//a&#95;b",
            MarkdownText.Of(ReportText.Words("App: *2* <b> [x](y) #1 &amp; http://a_b")));

    [Fact]
    public void Notes_of_a_bundle_begin_with_what_travels_and_what_is_spared()
    {
        var notes = NotesOf(new ReportModel { Archive = SampleRecords.Archive, Title = "App 2.1" });
        Assert.StartsWith("""
            # App 2.1

            A bundle of 2 images for linux/amd64.

            - **120.6 KiB** travel
            - **8.0 MiB** the images, whole
            - **98.5 %** spared
            - **1** layer reused
            - **1** layer patched
            - **1** layer whole

            > Not signed: nothing says who made the archive.

            ## Images

            | Image | Size | Travels | Spared | Layers |
            | --- | ---: | ---: | ---: | ---: |
            | `svc-a` |
            """, notes, StringComparison.Ordinal);
        Assert.DoesNotContain("Layer map", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_has_as_many_cells_as_its_table_has_columns()
    {
        var table = new ReportTable("x", [new("A"), new("B", true)],
            [.. Hostile.All.Select(name => System.Collections.Immutable.ImmutableArray.Create<TableCell>(
                ReportText.Code(name), ReportText.Words(name)))]);
        var lines = Write(new ReportDocument("T", "S", [table])).Split('\n').Where(l => l.StartsWith('|'));
        Assert.All(lines, line => Assert.Equal(3, line.Count(c => c == '|')));
    }

    [Fact]
    public void Lines_of_a_text_can_not_end_their_fence()
    {
        var patch = new PatchText(ReportText.Code("</summary>a_b_"), ["-```", "+````", " </details>"]);
        Assert.Equal("""
            # T

            S.

            <details><summary><code>&#60;/summary&#62;a&#95;b&#95;</code></summary>

            `````diff
            -```
            +````
             </details>
            `````

            </details>

            """, Write(new ReportDocument("T", "S", [patch])));
    }

    private static string NotesOf(ReportModel model) => Write(ReportBuilder.Build(model, ReportLimits.Notes));

    private static string Write(ReportDocument report)
    {
        using var notes = new StringWriter();
        new MarkdownReport(notes).Write(report);
        return notes.ToString();
    }
}
