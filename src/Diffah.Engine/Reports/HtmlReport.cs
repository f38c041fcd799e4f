using System.Collections.Immutable;

namespace Diffah.Engine.Reports;

/// <summary>
/// Writes a report as one HTML file that needs nothing beside it. It has no scripts, and forbids them, as well as any
/// request: what comes from outside could do nothing even where it stood there as it is.
/// </summary>
/// <param name="output">Where to.</param>
internal sealed class HtmlReport(TextWriter output)
{
    private const int LowestHeading = 6;

    private static readonly string Style = ReadStyle();

    /// <summary>Writes all of it.</summary>
    /// <param name="report">The report.</param>
    public void Write(ReportDocument report)
    {
        output.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="Diffah">
            <title>{HtmlText.Of(report.Title.ToString())}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>
            <h1>{HtmlText.Of(report.Title)}</h1>
            <p>{HtmlText.Of(report.Subtitle)}</p>
            </header>
            <main>

            """);
        WriteBlocks(report.Blocks, 2);
        output.Write("</main>\n</body>\n</html>\n");
    }

    private void WriteBlocks(ImmutableArray<ReportBlock> blocks, int heading)
    {
        foreach (var block in blocks)
            WriteBlock(block, heading);
    }

    private void WriteBlock(ReportBlock block, int heading)
    {
        switch (block)
        {
            case ReportSection section:
                WriteSection(section, heading);
                break;
            case Paragraph paragraph:
                output.Write($"<p>{HtmlText.Of(paragraph.Text)}</p>\n");
                break;
            case Notice notice:
                output.Write($"<p class=\"notice{(notice.IsGood ? " good" : "")}\">{HtmlText.Of(notice.Text)}</p>\n");
                break;
            case KeyFigures figures:
                WriteFigures(figures);
                break;
            case Facts facts:
                WriteFacts(facts);
                break;
            case ReportTable table:
                HtmlTable.Write(output, table);
                break;
            case LayerMap map:
                HtmlLayerMap.Write(output, map);
                break;
            case PatchText patch:
                WritePatch(patch);
                break;
            default:
                throw new NotSupportedException($"A page has no form for {block.GetType().Name}.");
        }
    }

    private void WriteSection(ReportSection section, int heading)
    {
        var level = Math.Min(heading, LowestHeading);
        output.Write(section.Anchor is { } anchor ? $"<section id=\"{HtmlText.Of(anchor)}\">\n" : "<section>\n");
        output.Write($"<h{level}>{HtmlText.Of(section.Title)}</h{level}>\n");
        WriteBlocks(section.Blocks, heading + 1);
        output.Write("</section>\n");
    }

    private void WriteFigures(KeyFigures figures)
    {
        output.Write("<dl class=\"figures\">\n");
        foreach (var figure in figures.Items)
            output.Write($"<div><dt>{HtmlText.Of(figure.Label)}</dt><dd>{HtmlText.Of(figure.Value)}</dd></div>\n");
        output.Write("</dl>\n");
    }

    private void WriteFacts(Facts facts)
    {
        output.Write("<dl class=\"facts\">\n");
        foreach (var fact in facts.Items)
            output.Write($"<div><dt>{HtmlText.Of(fact.Name)}</dt><dd>{HtmlText.Of(fact.Value)}</dd></div>\n");
        output.Write("</dl>\n");
    }

    private void WritePatch(PatchText patch)
    {
        output.Write($"<details>\n<summary>{HtmlText.Of(patch.Title)}</summary>\n<pre class=\"patch\" tabindex=\"0\">");
        foreach (var line in patch.Lines)
            output.Write($"<span{ClassOf(line)}>{HtmlText.Of(line)}</span>\n");
        output.Write("</pre>\n</details>\n");
    }

    private static string ClassOf(string line) => line switch
    {
        ['+', ..] => " class=\"added\"",
        ['-', ..] => " class=\"removed\"",
        ['@', ..] => " class=\"place\"",
        _ => "",
    };

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
