using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>The records of all sources, counted through from the first record of the first.</summary>
internal sealed class OldHeaders
{
    private readonly IReadOnlyList<(IContentBytes Content, RecordList Records)> _sources;
    private readonly int[] _starts;

    /// <param name="sources">The sources, in the order in which the patch names them.</param>
    public OldHeaders(IReadOnlyList<(IContentBytes Content, RecordList Records)> sources)
    {
        _sources = sources;
        _starts = new int[sources.Count];
        for (var i = 0; i < sources.Count; i++)
        {
            _starts[i] = Count;
            Count = checked(Count + sources[i].Records.Count);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Says where a record is.</summary>
    /// <param name="index">Which.</param>
    public (int Source, Record Record) Locate(int index)
    {
        var found = Array.BinarySearch(_starts, index);
        // Of sources without records, which start where the next does, the last is meant.
        var source = found >= 0 ? found : ~found - 1;
        while (index - _starts[source] >= _sources[source].Records.Count)
            source++;
        while (index < _starts[source])
            source--;
        return (source, _sources[source].Records[index - _starts[source]]);
    }

    /// <summary>Reads a header.</summary>
    /// <param name="index">Which.</param>
    /// <param name="block">Where to.</param>
    public void Read(int index, Span<byte> block)
    {
        var (source, record) = Locate(index);
        _sources[source].Content.Read(record.Offset, block[..TarHeader.BlockSize]);
    }
}
