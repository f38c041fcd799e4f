using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Formatting;

/// <summary>What made a layer, as tables show it beside other columns.</summary>
public static class BuildSteps
{
    /// <summary>The beginning of what the configuration says, without the shell that every builder writes before it.</summary>
    /// <param name="createdBy">What the configuration says; null gives an empty text.</param>
    /// <param name="width">Characters there is room for; 1 or more.</param>
    public static string Shorten(string? createdBy, int width) => ShortText.BuildStep(createdBy, width);
}
