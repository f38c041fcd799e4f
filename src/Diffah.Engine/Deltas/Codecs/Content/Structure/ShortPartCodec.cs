namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>A short part, which has few values: mode, type, owners, devices, magic.</summary>
internal sealed class ShortPartCodec(HeaderPart part) : IHeaderPartCodec
{
    private const int Capacity = 16;

    private readonly RecentValues _recent = new(part.Length, Capacity);

    public HeaderPart Part => part;

    public void Predict(in HeaderBase from, ReadOnlySpan<byte> header, Span<byte> into) =>
        part.Of(from.Block).CopyTo(into);

    public void Write(in HeaderBase from, ReadOnlySpan<byte> actual, HeaderColumns columns)
    {
        var index = _recent.IndexOf(actual);
        columns[HeaderColumn.Values].Add((byte)(index + 1));
        if (index < 0)
            columns[HeaderColumn.Raw].Add(actual);
        _recent.Use(actual);
    }

    public void Read(in HeaderBase from, HeaderColumnReader columns, Span<byte> into)
    {
        var code = columns[HeaderColumn.Values].Take();
        if (code == 0)
            columns[HeaderColumn.Raw].Take(into);
        else if (code <= _recent.Count)
            _recent[code - 1].CopyTo(into);
        else
            throw ColumnReader.Damaged("name a value that is not there");
        _recent.Use(into);
    }
}
