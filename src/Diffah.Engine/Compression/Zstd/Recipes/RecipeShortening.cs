using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Leaves out of parts what follows from something else.</summary>
internal static class RecipeShortening
{
    // So few lengths are shorter as they are.
    private const int Few = 4;

    /// <summary>The recipe, with what follows left out.</summary>
    /// <param name="recipe">The recipe; all lengths are said.</param>
    /// <param name="content">The content.</param>
    public static RecipeBody Shorten(RecipeBody recipe, StreamAt content)
    {
        if (recipe.Parts.OfType<FramePart>().Take(Few + 1).Count() <= Few)
            return recipe;
        var parts = WithHeadings(recipe.Parts);
        return new[] { BorderRule.Files, BorderRule.Chunks }.Select(r => WithBorders(parts, r, content))
            .Select(p => recipe with { Parts = p.Parts, Borders = p.Rule })
            .Append(recipe with { Parts = parts })
            .MaxBy(r => r.Parts.Count(p => p.ContentLength is null))!;
    }

    private static (ZstdPart[] Parts, BorderRule Rule) WithBorders(
        ZstdPart[] parts, BorderRule rule, StreamAt content)
    {
        var borders = new TarBorders(content, rule);
        var position = 0L;
        var result = new ZstdPart[parts.Length];
        for (var index = 0; index < result.Length; index++)
        {
            var (part, length) = (parts[index], parts[index].ContentLength!.Value);
            result[index] = length > 0 && borders.After(position) == position + length
                ? part with { ContentLength = null }
                : part;
            position += length;
        }
        return (result, rule);
    }

    private static ZstdPart[] WithHeadings(IReadOnlyList<ZstdPart> parts)
    {
        // The window is said where a frame is of many blocks.
        var window = parts.OfType<FramePart>().FirstOrDefault(f => f.ContentLength > BlockPlace.MaximumContent)
            ?.Header.Window ?? 0;
        return [.. parts.Select(p => p is FramePart frame ? WithHeading(frame, window) : p)];
    }

    private static FramePart WithHeading(FramePart frame, byte window)
    {
        var heading = FrameHeading.OfGo(window, frame.Header.HasChecksum);
        return heading.For(frame.ContentLength!.Value) == frame.Header ? frame with { Header = heading } : frame;
    }
}
