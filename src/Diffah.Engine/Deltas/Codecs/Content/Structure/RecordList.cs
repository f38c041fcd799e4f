using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>One header of a content, with what follows it.</summary>
/// <param name="Offset">Where the header is.</param>
/// <param name="DataLength">How many bytes of data follow it, padding not counted.</param>
internal readonly record struct Record(long Offset, long DataLength)
{
    /// <summary>Where the data is.</summary>
    public long DataOffset => Offset + TarHeader.BlockSize;

    /// <summary>Where the padding is.</summary>
    public long DataEnd => DataOffset + DataLength;

    /// <summary>Where the next record begins in a content; at its end padding may be missing.</summary>
    /// <param name="contentLength">How long the content is.</param>
    public long End(long contentLength) =>
        Math.Min(contentLength, DataEnd + (-DataLength & (TarHeader.BlockSize - 1)));
}

/// <summary>
/// The records of a content in order, without a gap from its start to its tail: 16 bytes of memory each.
/// </summary>
internal sealed class RecordList(long contentLength)
{
    private readonly List<Record> _records = [];

    /// <summary>How long the content is.</summary>
    public long ContentLength => contentLength;

    /// <summary>How many records have a header.</summary>
    public int Count => _records.Count;

    /// <summary>A record.</summary>
    /// <param name="index">Which, from 0.</param>
    public Record this[int index] => _records[index];

    /// <summary>Where the tail begins, which is no record: end blocks, or all of what is no tar.</summary>
    public long TailOffset { get; private set; }

    /// <summary>How long it is.</summary>
    public long TailLength => ContentLength - TailOffset;

    /// <summary>How long a record's padding is.</summary>
    /// <param name="record">The record.</param>
    public int PaddingLength(Record record) => (int)(record.End(ContentLength) - record.DataEnd);

    /// <summary>Adds the record that begins where the tail begins so far.</summary>
    /// <param name="dataLength">How long its data are.</param>
    public void Add(long dataLength)
    {
        var record = new Record(TailOffset, dataLength);
        _records.Add(record);
        TailOffset = record.End(ContentLength);
    }
}
