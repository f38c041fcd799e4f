using System.Collections.Immutable;

namespace Diffah.Engine.Reports;

/// <summary>A part of a report. It says what is there, and not how that looks.</summary>
internal abstract record ReportBlock;

/// <summary>A heading with what belongs to it; sections may be in sections.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Blocks">What belongs to it.</param>
internal sealed record ReportSection(ReportText Title, ImmutableArray<ReportBlock> Blocks) : ReportBlock
{
    /// <summary>The name that links of the report have for it; null where none leads there.</summary>
    public string? Anchor { get; init; }
}

/// <summary>A sentence or some.</summary>
/// <param name="Text">What it says.</param>
internal sealed record Paragraph(ReportText Text) : ReportBlock;

/// <summary>What somebody should know before anything else is read, or what could be better.</summary>
/// <param name="Text">What it says.</param>
/// <param name="IsGood">Whether it is good news.</param>
internal sealed record Notice(ReportText Text, bool IsGood = false) : ReportBlock;

/// <summary>The few numbers that matter most.</summary>
/// <param name="Items">The numbers.</param>
internal sealed record KeyFigures(ImmutableArray<KeyFigure> Items) : ReportBlock;

/// <summary>A number that matters.</summary>
/// <param name="Value">The number, with its unit.</param>
/// <param name="Label">What it counts.</param>
internal sealed record KeyFigure(string Value, string Label);

/// <summary>Names and their values.</summary>
/// <param name="Items">The pairs.</param>
internal sealed record Facts(ImmutableArray<Fact> Items) : ReportBlock;

/// <summary>A name and its value.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
internal sealed record Fact(ReportText Name, ReportText Value);

/// <summary>A table.</summary>
/// <param name="Name">What is in it, for those who do not see it.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows; each has a cell for each column.</param>
internal sealed record ReportTable(
    string Name, ImmutableArray<TableColumn> Columns, ImmutableArray<ImmutableArray<TableCell>> Rows) : ReportBlock
{
    /// <summary>What was left out, in words; null where nothing was.</summary>
    public string? More { get; init; }
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="IsNumber">Whether it has numbers, which stand right.</param>
internal sealed record TableColumn(string Title, bool IsNumber = false);

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it says.</param>
internal sealed record TableCell(ReportText Text)
{
    /// <summary>What a bar shows beside the text, as a fraction of one; null for no bar.</summary>
    public double? Share { get; init; }

    /// <summary>How a layer comes, where the cell says so; its color is beside the text then.</summary>
    public LayerWay? Way { get; init; }

    /// <summary>The section that the cell leads to; null for none.</summary>
    public string? Anchor { get; init; }

    /// <summary>A cell of our own words.</summary>
    public static implicit operator TableCell(string words) => new(ReportText.Words(words));

    /// <summary>A cell of a text.</summary>
    public static implicit operator TableCell(ReportText text) => new(text);
}

/// <summary>How a layer comes to the other side.</summary>
internal enum LayerWay
{
    /// <summary>The baseline has it.</summary>
    Reused,

    /// <summary>It is made of what the baseline has.</summary>
    Patched,

    /// <summary>It travels whole.</summary>
    Whole,
}

/// <summary>Rows of layers side by side, each as wide as it is large.</summary>
/// <param name="Rows">The rows.</param>
internal sealed record LayerMap(ImmutableArray<MapRow> Rows) : ReportBlock;

/// <summary>A row of a map.</summary>
/// <param name="Summary">What it shows, in words.</param>
/// <param name="Layers">The layers, base first.</param>
internal sealed record MapRow(string Summary, ImmutableArray<MapLayer> Layers);

/// <summary>A layer of a map.</summary>
/// <param name="Label">Its number.</param>
/// <param name="Way">How it comes to the other side.</param>
/// <param name="Size">What its width stands for, in bytes.</param>
/// <param name="Traveling">Bytes of <paramref name="Size"/> that travel.</param>
/// <param name="Tip">More of it in words.</param>
internal sealed record MapLayer(string Label, LayerWay Way, long Size, long Traveling, string Tip);

/// <summary>Lines of a text that changed, as a unified diff; folded where that can be.</summary>
/// <param name="Title">Whose they are.</param>
/// <param name="Lines">The lines, each safe to show.</param>
internal sealed record PatchText(ReportText Title, ImmutableArray<string> Lines) : ReportBlock;

/// <summary>A report, before it is written in a language.</summary>
/// <param name="Title">What it is of.</param>
/// <param name="Subtitle">From what to what.</param>
/// <param name="Blocks">What it says.</param>
internal sealed record ReportDocument(ReportText Title, ReportText Subtitle, ImmutableArray<ReportBlock> Blocks);
