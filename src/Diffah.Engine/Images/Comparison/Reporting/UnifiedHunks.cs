using System.Globalization;
using System.Text;
using Diffah.Libraries;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>Writes the changes of a text in the unified format (POSIX diff, <c>-u</c>).</summary>
/// <param name="old">The old text.</param>
/// <param name="new">The new text.</param>
internal sealed class UnifiedHunks(TextLines old, TextLines @new)
{
    private const int Context = 3;

    private readonly StringBuilder _text = new();

    /// <summary>Writes all changes; nothing where there are none.</summary>
    /// <param name="path">The path that both texts have.</param>
    /// <param name="changes">The changes, in order.</param>
    public string Write(string path, IReadOnlyList<LineChange> changes)
    {
        if (changes.Count == 0)
            return "";
        _text.Append("--- ").Append(Name($"a/{path}")).Append('\n')
            .Append("+++ ").Append(Name($"b/{path}")).Append('\n');
        for (var first = 0; first < changes.Count;)
        {
            var next = first + 1;
            // Changes whose context touches stand in one hunk.
            while (next < changes.Count && changes[next].OldStart - OldEnd(changes[next - 1]) <= 2 * Context)
                next++;
            WriteHunk([.. changes.Skip(first).Take(next - first)]);
            first = next;
        }
        return _text.ToString();
    }

    private void WriteHunk(LineChange[] changes)
    {
        var (first, last) = (changes[0], changes[^1]);
        var before = Math.Min(Context, first.OldStart);
        var oldEnd = Math.Min(OldEnd(last) + Context, old.Count);
        var newEnd = last.NewStart + last.NewCount + (oldEnd - OldEnd(last));
        _text.Append("@@ -").Append(Range(first.OldStart - before, oldEnd))
            .Append(" +").Append(Range(first.NewStart - before, newEnd)).Append(" @@\n");
        var at = first.OldStart - before;
        foreach (var change in changes)
        {
            WriteLines(' ', old, at, change.OldStart);
            WriteLines('-', old, change.OldStart, OldEnd(change));
            WriteLines('+', @new, change.NewStart, change.NewStart + change.NewCount);
            at = OldEnd(change);
        }
        WriteLines(' ', old, at, oldEnd);
    }

    private void WriteLines(char mark, TextLines lines, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            _text.Append(mark).Append(lines[i]);
            if (lines[i][^1] != '\n')
                _text.Append("\n\\ No newline at end of file\n");
        }
    }

    // An empty range stands behind the line before it, and one line needs no count.
    private static string Range(int from, int to) => (to - from) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{from},0"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{from + 1}"),
        var count => string.Create(CultureInfo.InvariantCulture, $"{from + 1},{count}"),
    };

    private static int OldEnd(LineChange change) => change.OldStart + change.OldCount;

    // A name that would end its line, or look like the end of a name, is quoted as C writes strings: patch reads that.
    private static string Name(string name)
    {
        if (!name.Any(c => char.IsControl(c) || c is '"' or '\\'))
            return name.Contains(' ', StringComparison.Ordinal) ? $"{name}\t" : name;
        var quoted = new StringBuilder("\"");
        foreach (var one in Encoding.UTF8.GetBytes(name))
        {
            if (one is (byte)'"' or (byte)'\\')
                quoted.Append('\\').Append((char)one);
            else if (one is < 0x20 or >= 0x7F)
                quoted.Append('\\').Append(Convert.ToString(one, 8).PadLeft(3, '0'));
            else
                quoted.Append((char)one);
        }
        return quoted.Append('"').ToString();
    }
}
