namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>A checksum: what it should be, in the style of the one before.</summary>
internal sealed class ChecksumCodec : IHeaderPartCodec
{
    public HeaderPart Part => HeaderLayout.Checksum;

    public void Predict(in HeaderBase from, ReadOnlySpan<byte> header, Span<byte> into) =>
        NumberStyle.Write(Part.Of(from.Block), HeaderLayout.Sum(header), into);

    public void Write(in HeaderBase from, ReadOnlySpan<byte> actual, HeaderColumns columns) =>
        columns[HeaderColumn.Raw].Add(actual);

    public void Read(in HeaderBase from, HeaderColumnReader columns, Span<byte> into) =>
        columns[HeaderColumn.Raw].Take(into);
}
