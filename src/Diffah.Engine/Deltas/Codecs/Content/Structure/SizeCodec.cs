namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>A size: the difference to an old one, or itself.</summary>
internal sealed class SizeCodec : IHeaderPartCodec
{
    public HeaderPart Part => HeaderLayout.Size;

    public void Predict(in HeaderBase from, ReadOnlySpan<byte> header, Span<byte> into) =>
        Part.Of(from.Block).CopyTo(into);

    public void Write(in HeaderBase from, ReadOnlySpan<byte> actual, HeaderColumns columns)
    {
        var start = Start(from);
        Span<byte> styled = stackalloc byte[Part.Length];
        if (NumberStyle.TryRead(actual, out var value) && value < long.MaxValue / 4)
        {
            NumberStyle.Write(Part.Of(from.Block), value, styled);
            if (styled.SequenceEqual(actual))
            {
                columns[HeaderColumn.Sizes].AddNumber(
                    1 + (from.IsOld ? ColumnReader.Fold(value - start) : (ulong)value));
                return;
            }
        }
        columns[HeaderColumn.Sizes].AddNumber(0);
        columns[HeaderColumn.Raw].Add(actual);
    }

    public void Read(in HeaderBase from, HeaderColumnReader columns, Span<byte> into)
    {
        var code = columns[HeaderColumn.Sizes].TakeNumber(long.MaxValue);
        if (code == 0)
        {
            columns[HeaderColumn.Raw].Take(into);
            return;
        }
        var value = from.IsOld ? Start(from) + ColumnReader.Unfold(code - 1) : (long)(code - 1);
        if (value < 0)
            throw ColumnReader.Damaged("have a size below zero");
        NumberStyle.Write(Part.Of(from.Block), value, into);
    }

    private long Start(in HeaderBase from) =>
        from.IsOld && NumberStyle.TryRead(Part.Of(from.Block), out var start) && start < long.MaxValue / 4 ? start : 0;
}
