using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Reports;

/// <summary>
/// Writes layers side by side as HTML: a box for each, with a pattern and a letter of its kind, and filled as far as it
/// travels.
/// </summary>
internal static class HtmlLayerMap
{
    // Narrower than that a number does not fit on a telephone.
    private const double NarrowestWithNumber = 0.06;

    /// <summary>The class of a layer's boxes.</summary>
    /// <param name="way">How the layer comes.</param>
    public static string ClassOf(LayerWay way) => LayerSections.WordOf(way);

    /// <param name="output">Where to.</param>
    /// <param name="map">The layers.</param>
    public static void Write(TextWriter output, LayerMap map)
    {
        foreach (var row in map.Rows)
            WriteRow(output, row);
        output.Write("<ul class=\"legend\">\n");
        foreach (var way in map.Rows.SelectMany(r => r.Layers).Select(l => l.Way).Distinct().Order())
            output.Write($"<li><span class=\"swatch {ClassOf(way)}\"></span>{LayerSections.WordOf(way)}</li>\n");
        output.Write("<li><span class=\"swatch full\"></span>the part that travels</li>\n</ul>\n");
    }

    private static void WriteRow(TextWriter output, MapRow row)
    {
        var whole = (double)ByteSize.Sum(row.Layers.Select(l => l.Size));
        output.Write($"<figure>\n<div class=\"map\" role=\"img\" aria-label=\"{HtmlText.Of(row.Summary)}\">\n");
        foreach (var layer in row.Layers.Where(l => l.Size > 0))
            WriteLayer(output, layer, layer.Size / whole);
        output.Write($"</div>\n<figcaption>{HtmlText.Of(row.Summary)}</figcaption>\n</figure>\n");
    }

    private static void WriteLayer(TextWriter output, MapLayer layer, double share)
    {
        var number = share >= NarrowestWithNumber ? $"<b>{HtmlText.Of(layer.Label)}</b>" : "";
        var travels = layer.Traveling == 0 ? ""
            : $"<i style=\"width:{HtmlText.Percent((double)layer.Traveling / layer.Size)}\"></i>";
        output.Write($"<span class=\"{ClassOf(layer.Way)}\" style=\"width:{HtmlText.Percent(share)}\" "
            + $"title=\"{HtmlText.Of(layer.Tip)}\">{travels}{number}</span>\n");
    }
}
