using DiffPlex;

namespace Diffah.Libraries;

/// <summary>Lines of one text that stand in place of lines of another.</summary>
/// <param name="OldStart">The first of the old lines, counted from 0.</param>
/// <param name="OldCount">How many they are; 0 where lines were added.</param>
/// <param name="NewStart">The first of the new lines, counted from 0.</param>
/// <param name="NewCount">How many they are; 0 where lines were taken away.</param>
internal readonly record struct LineChange(int OldStart, int OldCount, int NewStart, int NewCount);

/// <summary>
/// Finds which lines differ (DiffPlex, Myers' algorithm). It takes time by lines times differences, and can't be
/// stopped: the caller bounds the lines.
/// </summary>
internal static class LineDifferences
{
    /// <summary>The changes, in order.</summary>
    /// <param name="oldText">The old text; a line ends with a line feed, and all else belongs to it.</param>
    /// <param name="newText">The new text.</param>
    public static IReadOnlyList<LineChange> Find(string oldText, string newText) =>
        [.. Differ.Instance
            .CreateDiffs(oldText, newText, ignoreWhiteSpace: false, ignoreCase: false, LineFeeds.Instance).DiffBlocks
            .Select(b => new LineChange(b.DeleteStartA, b.DeleteCountA, b.InsertStartB, b.InsertCountB))];

    // DiffPlex's own also end lines at carriage returns, where patch does not.
    private sealed class LineFeeds : IChunker
    {
        public static readonly LineFeeds Instance = new();

        public IReadOnlyList<string> Chunk(string text)
        {
            var lines = new List<string>();
            for (var start = 0; start < text.Length;)
            {
                var feed = text.IndexOf('\n', start);
                var end = feed < 0 ? text.Length : feed + 1;
                lines.Add(text[start..end]);
                start = end;
            }
            return lines;
        }
    }
}
