using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;

namespace Diffah.Engine.Operations.Comparing;

/// <summary>Differences as they leave the engine: what they say of files and documents is safe to show.</summary>
internal static class ShownDifference
{
    public static ImageDifference Of(ImageDifference difference) => difference with
    {
        Property = Printable.Line(difference.Property),
        Path = Line(difference.Path),
        Reference = Line(difference.Reference),
        Difference = Line(difference.Difference),
        Platform = Line(difference.Platform),
        Patch = difference.Patch is { } patch ? Printable.Text(patch) : null,
    };

    private static string? Line(string? text) => text is null ? null : Printable.Line(text);
}
