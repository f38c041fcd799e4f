using System.Collections.Immutable;

namespace Diffah.Engine.Reports;

/// <summary>Writes a report as Markdown of GitHub's flavor.</summary>
/// <param name="output">Where to.</param>
internal sealed class MarkdownReport(TextWriter output)
{
    private const int LowestHeading = 6;

    /// <summary>Writes all of it.</summary>
    /// <param name="report">The report.</param>
    public void Write(ReportDocument report)
    {
        output.Write($"# {MarkdownText.Of(report.Title)}\n\n{MarkdownText.Of(report.Subtitle)}.\n");
        WriteBlocks(report.Blocks, 2);
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
            case ReportSection section when section.Blocks.All(b => b is LayerMap):
                break; // a picture: the tables say the same
            case ReportSection section:
                output.Write($"\n{new string('#', Math.Min(heading, LowestHeading))} "
                    + $"{MarkdownText.Of(section.Title)}\n");
                WriteBlocks(section.Blocks, heading + 1);
                break;
            case Paragraph paragraph:
                output.Write($"\n{MarkdownText.Of(paragraph.Text)}\n");
                break;
            case Notice notice:
                output.Write($"\n> {MarkdownText.Of(notice.Text)}\n");
                break;
            case KeyFigures figures:
                WriteFigures(figures);
                break;
            case Facts facts:
                WriteFacts(facts);
                break;
            case ReportTable table:
                WriteTable(table);
                break;
            case PatchText patch:
                WritePatch(patch);
                break;
            case LayerMap:
                break;
            default:
                throw new NotSupportedException($"Markdown has no form for {block.GetType().Name}.");
        }
    }

    private void WriteFigures(KeyFigures figures)
    {
        output.Write("\n");
        foreach (var figure in figures.Items)
            output.Write($"- **{MarkdownText.Words(figure.Value)}** {MarkdownText.Words(figure.Label)}\n");
    }

    private void WriteFacts(Facts facts)
    {
        output.Write("\n| | |\n| --- | --- |\n");
        foreach (var fact in facts.Items)
            output.Write($"| {MarkdownText.Of(fact.Name)} | {MarkdownText.Of(fact.Value)} |\n");
    }

    private void WriteTable(ReportTable table)
    {
        WriteRow(table.Columns.Select(c => MarkdownText.Words(c.Title)));
        WriteRow(table.Columns.Select(c => c.IsNumber ? "---:" : "---"), isFirst: false);
        foreach (var row in table.Rows)
            WriteRow(row.Select(cell => MarkdownText.Of(cell.Text)), isFirst: false);
        if (table.More is { } more)
            output.Write($"\n{MarkdownText.Words(more)}\n");
    }

    private void WriteRow(IEnumerable<string> cells, bool isFirst = true) =>
        output.Write($"{(isFirst ? "\n" : "")}| {string.Join(" | ", cells)} |\n");

    private void WritePatch(PatchText patch)
    {
        // Longer than any row of grave accents in the text, which would end it.
        var fence = new string('`', Math.Max(3, patch.Lines.Select(LongestFence).DefaultIfEmpty().Max() + 1));
        output.Write($"\n<details><summary>{MarkdownText.InHtml(patch.Title)}</summary>\n\n{fence}diff\n");
        foreach (var line in patch.Lines)
            output.Write($"{line}\n");
        output.Write($"{fence}\n\n</details>\n");
    }

    private static int LongestFence(string line)
    {
        var (longest, length) = (0, 0);
        foreach (var character in line)
        {
            length = character == '`' ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }
        return longest;
    }
}
