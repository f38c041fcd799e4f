namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>What a header is told by.</summary>
/// <param name="block">The header that it is most like.</param>
/// <param name="previous">The target's header before it.</param>
/// <param name="isOld">True where the first is of a source, not of the target.</param>
internal readonly ref struct HeaderBase(ReadOnlySpan<byte> block, ReadOnlySpan<byte> previous, bool isOld)
{
    public ReadOnlySpan<byte> Block { get; } = block;

    public ReadOnlySpan<byte> Previous { get; } = previous;

    public bool IsOld { get; } = isOld;
}

/// <summary>Tells one part of headers. What one side writes the other reads, in the same state.</summary>
internal interface IHeaderPartCodec
{
    /// <summary>The part.</summary>
    HeaderPart Part { get; }

    /// <summary>Says what the part will be.</summary>
    /// <param name="from">What the header is told by.</param>
    /// <param name="header">The header, with all parts that come before this one.</param>
    /// <param name="into">Where to, as long as the part.</param>
    void Predict(in HeaderBase from, ReadOnlySpan<byte> header, Span<byte> into);

    /// <summary>Writes a part that is other than foretold.</summary>
    /// <param name="from">What the header is told by.</param>
    /// <param name="actual">The part.</param>
    /// <param name="columns">Where to.</param>
    void Write(in HeaderBase from, ReadOnlySpan<byte> actual, HeaderColumns columns);

    /// <summary>Reads a part that is other than foretold.</summary>
    /// <param name="from">What the header is told by.</param>
    /// <param name="columns">Where from.</param>
    /// <param name="into">Where to; it holds zeros.</param>
    void Read(in HeaderBase from, HeaderColumnReader columns, Span<byte> into);
}
