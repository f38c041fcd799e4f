using Diffah.Libraries;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>
/// Tells how two texts differ, as <c>diff -u</c> does. Patch makes the new text of the old one and of this.
/// </summary>
internal static class UnifiedDiff
{
    /// <summary>Bytes of a text; none longer is compared line by line.</summary>
    public const int MaximumBytes = 1024 * 1024;

    /// <summary>
    /// Lines of one text between the lines at start and end that both have. As many on both sides, all mixed up, take
    /// some seconds.
    /// </summary>
    public const int MaximumLines = 20_000;

    /// <summary>The differences; null where one is no text or too long, empty where they are the same.</summary>
    /// <param name="path">The path that both have.</param>
    /// <param name="oldBytes">The old text.</param>
    /// <param name="newBytes">The new text.</param>
    public static string? Create(string path, ReadOnlySpan<byte> oldBytes, ReadOnlySpan<byte> newBytes)
    {
        if (oldBytes.Length > MaximumBytes || newBytes.Length > MaximumBytes
            || TextLines.Read(oldBytes) is not { } old || TextLines.Read(newBytes) is not { } @new)
            return null;
        var start = CommonStart(old, @new);
        var end = CommonEnd(old, @new, start);
        if (old.Count - start - end > MaximumLines || @new.Count - start - end > MaximumLines)
            return null;
        var changes = LineDifferences
            .Find(old.Join(start, old.Count - end), @new.Join(start, @new.Count - end))
            .Select(c => c with { OldStart = c.OldStart + start, NewStart = c.NewStart + start });
        return new UnifiedHunks(old, @new).Write(path, [.. changes]);
    }

    private static int CommonStart(TextLines old, TextLines @new)
    {
        var count = 0;
        while (count < old.Count && count < @new.Count && old[count].SequenceEqual(@new[count]))
            count++;
        return count;
    }

    private static int CommonEnd(TextLines old, TextLines @new, int start)
    {
        var most = Math.Min(old.Count, @new.Count) - start;
        var count = 0;
        while (count < most && old[old.Count - 1 - count].SequenceEqual(@new[@new.Count - 1 - count]))
            count++;
        return count;
    }
}
