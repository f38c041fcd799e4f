namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Makes the operations of a text more like one another. Where all lines lose the same indentation, an operation a line
/// takes little; a short line that is inserted, for it saves an operation, takes more.
/// </summary>
internal static class LineOps
{
    private const byte LineEnd = (byte)'\n';

    /// <summary>Tells lines that were inserted by old ones, where they lost what the lines before lost.</summary>
    /// <param name="ops">The operations of a text.</param>
    /// <param name="old">The old text.</param>
    /// <param name="now">The new text.</param>
    public static List<PatchOp> Regular(List<PatchOp> ops, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        var result = new List<PatchOp>(ops.Count);
        var lines = new List<PatchOp>();
        var place = 0;
        foreach (var op in ops)
        {
            var kept = op;
            if (op is { Add: > 0, Insert: > 0 })
            {
                lines.Clear();
                if (TryLines(op, old, now.Slice(place, op.Add + op.Insert), lines) is { } add)
                    kept = op with { Add = add, Insert = 0 };
            }
            if (kept.Insert == op.Insert)
                result.Add(op);
            else
            {
                if (kept.Add > 0)
                    result.Add(kept);
                result.AddRange(lines);
            }
            place += op.Add + op.Insert;
        }
        return result;
    }

    // Where the lines begin, in what is added; null where the inserted bytes are no such lines.
    private static int? TryLines(
        PatchOp op, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, List<PatchOp> lines)
    {
        var start = now[..op.Add].LastIndexOf(LineEnd) + 1;
        if (now[^1] != LineEnd || start == 0)
            return null;
        var from = op.Old + start;
        for (var at = start; at < now.Length;)
        {
            var length = now[at..].IndexOf(LineEnd) + 1;
            from += IndentOf(old[from..]) - IndentOf(now[at..]);
            if (from < op.Old || from > old.Length - length
                || !old.Slice(from, length).SequenceEqual(now.Slice(at, length)))
                return null;
            lines.Add(new PatchOp(from, length, 0));
            (at, from) = (at + length, from + length);
        }
        return start;
    }

    private static int IndentOf(ReadOnlySpan<byte> text)
    {
        var indent = text.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return indent < 0 ? text.Length : indent;
    }
}
