using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>What is told of headers, each kind in bytes of its own, in the order in which they are stored.</summary>
internal enum HeaderColumn
{
    /// <summary>How many records there are, then for each which header it is told by.</summary>
    References,

    /// <summary>Which parts of a header are other than foretold, one bit each.</summary>
    Flags,

    /// <summary>How a time is told.</summary>
    TimeCodes,

    /// <summary>Times: differences to the one before.</summary>
    Times,

    /// <summary>Sizes: differences to the old ones.</summary>
    Sizes,

    /// <summary>How a text is told.</summary>
    Edits,

    /// <summary>How much of a text is kept at its start and at its end, and how much is new between.</summary>
    Lengths,

    /// <summary>What is new in texts.</summary>
    Text,

    /// <summary>Which recent value a short part has.</summary>
    Values,

    /// <summary>Bytes as they are.</summary>
    Raw,
}

/// <summary>The headers of a content, told by other headers: one list of bytes for each column.</summary>
internal sealed class HeaderColumns
{
    /// <summary>How many columns there are.</summary>
    public const int Count = (int)HeaderColumn.Raw + 1;

    private readonly ByteList[] _columns = [.. Enumerable.Range(0, Count).Select(_ => new ByteList())];

    /// <summary>A column.</summary>
    /// <param name="column">Which.</param>
    public ByteList this[HeaderColumn column] => _columns[(int)column];
}
