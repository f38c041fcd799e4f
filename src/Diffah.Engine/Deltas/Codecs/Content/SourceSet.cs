using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// The contents that a patch refers to. Their data are counted through: first those of all records, then all tails.
/// </summary>
internal sealed class SourceSet
{
    private readonly IReadOnlyList<MappedFile> _files;
    private readonly RecordList[] _records;

    /// <param name="files">The contents, in the order of the patch; not owned.</param>
    /// <param name="records">Their records.</param>
    public SourceSet(IReadOnlyList<MappedFile> files, IEnumerable<RecordList> records)
    {
        (_files, _records) = (files, [.. records]);
        Headers = new OldHeaders(
            [.. files.Zip(_records, (f, r) => ((IContentBytes)new MappedContent(f), r))]);
    }

    /// <summary>Their headers.</summary>
    public OldHeaders Headers { get; }

    /// <summary>How many data they have: those of records, and tails.</summary>
    public int Count => Headers.Count + _files.Count;

    /// <summary>Where data are.</summary>
    /// <param name="index">Which.</param>
    public OldData this[int index]
    {
        get
        {
            if (index < Headers.Count)
            {
                var (source, record) = Headers.Locate(index);
                return new OldData(_files[source], record.DataOffset, record.DataLength);
            }
            var tail = index - Headers.Count;
            return new OldData(_files[tail], _records[tail].TailOffset, _records[tail].TailLength);
        }
    }

    /// <summary>Reads the records of contents.</summary>
    /// <param name="files">The contents; not owned.</param>
    /// <param name="workers">How many are read at the same time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static SourceSet Read(
        IReadOnlyList<MappedFile> files, int workers, CancellationToken cancellationToken)
    {
        var records = new RecordList[files.Count];
        ParallelWork.For(
            files.Count, workers, (i, stop) => records[i] = RecordWalk.Read(new MappedContent(files[i]), stop),
            cancellationToken);
        return new SourceSet(files, records);
    }
}

/// <summary>Old data in a source.</summary>
/// <param name="File">The source.</param>
/// <param name="Offset">Where they begin in it.</param>
/// <param name="Length">How many bytes they are.</param>
internal readonly record struct OldData(MappedFile File, long Offset, long Length)
{
    /// <summary>A part of them.</summary>
    /// <param name="range">The part.</param>
    public ReadOnlySpan<byte> Span(PieceRange range) => File.Span(Offset + range.Start, range.Length);
}
