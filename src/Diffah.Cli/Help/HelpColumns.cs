namespace Diffah.Cli.Help;

/// <summary>Writes sections of names and descriptions, descriptions wrapped beside the names.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns that a line may take.</param>
internal sealed class HelpColumns(TextWriter output, int width)
{
    private const int WidestName = 30;
    private const int Indent = 2;

    /// <summary>Writes a section; an empty one is left out.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="rows">Its rows; one without a description is written as it is, so that it can be copied.</param>
    public void Section(string title, IEnumerable<(string Name, string? Description)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine($"{title}:");
        var column = Indent + 2 + list.Where(r => r.Description is not null && r.Name.Length <= WidestName).Select(r => r.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var (name, description) in list)
            WriteRow(name, description, column);
    }

    private void WriteRow(string name, string? description, int column)
    {
        var head = new string(' ', Indent) + name;
        if (description is null)
        {
            output.WriteLine(head);
            return;
        }
        if (head.Length + 2 > column)
        {
            output.WriteLine(head);
            head = "";
        }
        foreach (var line in Wrap(description, Math.Max(30, width - column)))
        {
            output.WriteLine(head.PadRight(column) + line);
            head = "";
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
