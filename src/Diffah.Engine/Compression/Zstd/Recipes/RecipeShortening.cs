using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Leaves out of parts what follows from something else.</summary>
internal static class RecipeShortening
{
    // So few lengths are shorter as they are.
    private const int Few = 4;

    /// <summary>The parts, with what follows left out.</summary>
    /// <param name="parts">The parts; their lengths are known.</param>
    /// <param name="content">The content.</param>
    public static IReadOnlyList<ZstdPart> Shorten(IReadOnlyList<ZstdPart> parts, StreamAt content) =>
        parts.OfType<FramePart>().Take(Few + 1).Count() > Few ? WithBorders(WithHeadings(parts), content) : parts;

    private static ZstdPart[] WithBorders(IReadOnlyList<ZstdPart> parts, StreamAt content)
    {
        var borders = new TarBorders(content);
        var position = 0L;
        var result = new ZstdPart[parts.Count];
        for (var index = 0; index < result.Length; index++)
        {
            var (part, length) = (parts[index], parts[index].ContentLength!.Value);
            result[index] = length > 0 && borders.After(position) == position + length
                ? part with { ContentLength = null }
                : part;
            position += length;
        }
        return result;
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
