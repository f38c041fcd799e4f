using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>The streams of a class of files while they are written.</summary>
/// <param name="streams">All streams of the patch.</param>
/// <param name="group">The class.</param>
internal sealed class ClassWriter(StreamSetWriter streams, byte group)
{
    // Right ones since the last wrong one of any file.
    private long _byteGap;
    private long _fieldGap;

    /// <summary>Adds a file.</summary>
    /// <param name="draft">What it adds.</param>
    public void Add(FileDraft draft)
    {
        Add(StreamKind.Adds, draft.Adds);
        Add(StreamKind.Inserts, draft.Inserts);
        Add(StreamKind.Seeks, draft.Seeks);
        Add(StreamKind.Jumps, draft.Jumps);
        Add(StreamKind.Literals, draft.Literals);
        Add(StreamKind.Layouts, draft.Layouts);
        Add(StreamKind.Nestings, draft.Nestings);
        Add(StreamKind.Descriptions, draft.Descriptions);
        Add(StreamKind.Ends, draft.Ends);
        Add(StreamKind.Rows, draft.Rows);
        Add(StreamKind.Gaps, StreamKind.Corrections, draft.Bytes, ref _byteGap);
        Add(StreamKind.FieldGaps, StreamKind.FieldCorrections, draft.Fields, ref _fieldGap);
    }

    private void Add(StreamKind gaps, StreamKind corrections, MissDraft draft, ref long gap)
    {
        if (draft.Corrections.Count == 0)
        {
            gap += draft.LastGap;
            return;
        }
        streams[new StreamKey(group, gaps)].AddNumber((ulong)(gap + draft.FirstGap));
        Add(gaps, draft.Gaps);
        Add(corrections, draft.Corrections);
        gap = draft.LastGap;
    }

    private void Add(StreamKind kind, NumberWriter bytes)
    {
        if (bytes.Count > 0)
            streams[new StreamKey(group, kind)].Add(bytes.Written);
    }
}

/// <summary>The streams of a class of files while they are read; by one thread.</summary>
internal sealed class ClassStreams : IClassCoding
{
    private long _wrong = -1;
    private long _wrongField = -1;

    /// <param name="of">Opens a stream of the class.</param>
    public ClassStreams(Func<StreamKind, StreamCursor> of)
    {
        (Adds, Inserts, Seeks, Jumps) =
            (of(StreamKind.Adds), of(StreamKind.Inserts), of(StreamKind.Seeks), of(StreamKind.Jumps));
        (Gaps, Corrections, Literals) = (of(StreamKind.Gaps), of(StreamKind.Corrections), of(StreamKind.Literals));
        (FieldGaps, FieldCorrections) = (of(StreamKind.FieldGaps), of(StreamKind.FieldCorrections));
        (Ends, Rows) = (of(StreamKind.Ends), of(StreamKind.Rows));
        (Layouts, Nestings, Descriptions) =
            (of(StreamKind.Layouts), of(StreamKind.Nestings), of(StreamKind.Descriptions));
    }

    public StreamCursor Adds { get; }

    public StreamCursor Inserts { get; }

    public StreamCursor Seeks { get; }

    public StreamCursor Jumps { get; }

    public StreamCursor Gaps { get; }

    public StreamCursor Corrections { get; }

    public StreamCursor FieldGaps { get; }

    public StreamCursor FieldCorrections { get; }

    public StreamCursor Ends { get; }

    public StreamCursor Rows { get; }

    public StreamCursor Literals { get; }

    public StreamCursor Layouts { get; }

    public StreamCursor Nestings { get; }

    public StreamCursor Descriptions { get; }

    public PatchOp[] ReadOps(ReadOnlySpan<byte> old, int newLength, OpForm form) =>
        OpReader.Read(this, old, newLength, form);

    public void Begin(ReadOnlySpan<byte> old, ReadOnlySpan<PatchOp> ops)
    {
    }

    public void Insert(in InsertedBlock block, Span<byte> bytes) => Literals.Take(bytes);

    public void Correct(in PredictedBlock block, Span<byte> bytes)
    {
        if (block.Fields.IsEmpty)
            Correct(bytes);
        else
            Correct(bytes, block.Fields);
    }

    private void Correct(Span<byte> block, ReadOnlySpan<byte> fields)
    {
        for (var at = 0; at < block.Length;)
        {
            var (bytes, width) = PredictedField.Next(fields[at..]);
            if (bytes > 0)
                Correct(block.Slice(at, bytes));
            at += bytes;
            if (width > 0)
                CorrectField(block.Slice(at, width));
            at += width;
        }
    }

    private void Correct(Span<byte> bytes)
    {
        if (_wrong < 0)
            _wrong = NextOf(Gaps);
        var at = 0;
        while (_wrong < bytes.Length - at)
        {
            at += (int)_wrong;
            bytes[at++] += Corrections.Take();
            _wrong = NextOf(Gaps);
        }
        _wrong -= bytes.Length - at;
    }

    private void CorrectField(Span<byte> field)
    {
        if (_wrongField < 0)
            _wrongField = NextOf(FieldGaps);
        if (_wrongField > 0)
        {
            _wrongField--;
            return;
        }
        PredictedField.Add(field, FieldCorrections.TakeSigned());
        _wrongField = NextOf(FieldGaps);
    }

    // Where no wrong one follows, all that follow are right.
    private static long NextOf(StreamCursor gaps) => gaps.Left == 0 ? long.MaxValue : gaps.TakeNumber(long.MaxValue);
}
