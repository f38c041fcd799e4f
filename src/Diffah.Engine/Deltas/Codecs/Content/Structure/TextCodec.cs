namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>A text: names and links. What was changed in one is often changed in the next.</summary>
/// <param name="part">The part.</param>
/// <param name="edits">The recent edits of all texts.</param>
/// <param name="followsPrevious">True where a new header's text is most like that of the header before it.</param>
internal sealed class TextCodec(HeaderPart part, RecentEdits edits, bool followsPrevious) : IHeaderPartCodec
{
    public HeaderPart Part => part;

    public void Predict(in HeaderBase from, ReadOnlySpan<byte> header, Span<byte> into) => Model(from).CopyTo(into);

    public void Write(in HeaderBase from, ReadOnlySpan<byte> actual, HeaderColumns columns)
    {
        var old = Text(Model(from));
        var text = Text(actual);
        var index = Find(old, text);
        columns[HeaderColumn.Edits].Add((byte)(index + 1));
        if (index >= 0)
        {
            edits.Use(edits[index]);
            return;
        }
        var start = old.CommonPrefixLength(text);
        var end = TextEdit.CommonSuffixLength(old[start..], text[start..]);
        columns[HeaderColumn.Lengths].AddNumber((ulong)start);
        columns[HeaderColumn.Lengths].AddNumber((ulong)end);
        columns[HeaderColumn.Lengths].AddNumber((ulong)(text.Length - start - end));
        columns[HeaderColumn.Text].Add(text[start..^end]);
        Learn(from, old, text);
    }

    public void Read(in HeaderBase from, HeaderColumnReader columns, Span<byte> into)
    {
        var old = Text(Model(from));
        var code = columns[HeaderColumn.Edits].Take();
        if (code == 0)
        {
            ReadDifference(old, columns, into);
            Learn(from, old, Text(into));
        }
        else if (code <= edits.Count && edits[code - 1].Apply(old, into) >= 0)
        {
            edits.Use(edits[code - 1]);
        }
        else
        {
            throw ColumnReader.Damaged("change a text that is not there");
        }
    }

    private static void ReadDifference(ReadOnlySpan<byte> old, HeaderColumnReader columns, Span<byte> into)
    {
        var lengths = columns[HeaderColumn.Lengths];
        var start = (int)lengths.TakeNumber((ulong)old.Length);
        var end = (int)lengths.TakeNumber((ulong)(old.Length - start));
        var length = (int)lengths.TakeNumber((ulong)(into.Length - start - end));
        old[..start].CopyTo(into);
        columns[HeaderColumn.Text].Take(into.Slice(start, length));
        old[^end..].CopyTo(into[(start + length)..]);
    }

    // All up to the last byte that is not zero: what stands behind a NUL is text too, so that it comes back.
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes) => bytes.TrimEnd((byte)0);

    private ReadOnlySpan<byte> Model(in HeaderBase from) =>
        part.Of(from.IsOld || !followsPrevious ? from.Block : from.Previous);

    private int Find(ReadOnlySpan<byte> old, ReadOnlySpan<byte> text)
    {
        Span<byte> made = stackalloc byte[part.Length];
        for (var i = 0; i < edits.Count; i++)
        {
            if (edits[i].Apply(old, made) is >= 0 and var length && made[..length].SequenceEqual(text))
                return i;
        }
        return -1;
    }

    private void Learn(in HeaderBase from, ReadOnlySpan<byte> old, ReadOnlySpan<byte> text)
    {
        if (from.IsOld && TextEdit.Between(old, text) is { } edit)
            edits.Use(edit);
    }
}
