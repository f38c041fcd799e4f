namespace Diffah.Engine.Reports;

/// <summary>Writes a table as HTML. It scrolls by itself where it is wider than the page.</summary>
internal static class HtmlTable
{
    // More rows scroll, too: what comes behind the table is not far.
    private const int LongestInFull = 20;

    /// <param name="output">Where to.</param>
    /// <param name="table">The table.</param>
    public static void Write(TextWriter output, ReportTable table)
    {
        // What scrolls can be reached by the keyboard, and says what it is.
        var length = table.Rows.Length > LongestInFull ? " long" : "";
        output.Write($"<div class=\"scroll{length}\" role=\"region\" tabindex=\"0\" "
            + $"aria-label=\"{HtmlText.Of(table.Name)}\">\n<table>\n<thead>\n<tr>");
        foreach (var column in table.Columns)
            output.Write($"<th scope=\"col\"{ClassOf(column)}>{HtmlText.Of(column.Title)}</th>");
        output.Write("</tr>\n</thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            output.Write("<tr>");
            foreach (var (cell, column) in row.Zip(table.Columns))
                output.Write($"<td{ClassOf(column)}>{ContentOf(cell)}</td>");
            output.Write("</tr>\n");
        }
        output.Write("</tbody>\n</table>\n</div>\n");
        if (table.More is { } more)
            output.Write($"<p class=\"more\">{HtmlText.Of(more)}</p>\n");
    }

    private static string ContentOf(TableCell cell)
    {
        var text = HtmlText.Of(cell.Text);
        if (cell.Anchor is { } anchor)
            text = $"<a href=\"#{HtmlText.Of(anchor)}\">{text}</a>";
        if (cell.Way is { } way)
            text = $"<span class=\"swatch {HtmlLayerMap.ClassOf(way)}\"></span>{text}";
        return cell.Share is > 0 and var share
            ? $"{text}<span class=\"bar\"><span style=\"width:{HtmlText.Percent(share)}\"></span></span>"
            : text;
    }

    private static string ClassOf(TableColumn column) => column.IsNumber ? " class=\"number\"" : "";
}
