namespace Diffah.Cli.Results;

/// <summary>Rows under headings, in columns as wide as they need to be.</summary>
/// <param name="headings">The headings; one that begins with &gt; is of a column aligned to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [[.. headings.Select(h => h.TrimStart('>'))]];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output, string indent)
    {
        var widths = headings.Select((_, column) => _rows.Max(r => r[column].Length)).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, column) =>
                headings[column].StartsWith('>') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(indent + string.Join("  ", cells).TrimEnd());
        }
    }
}
