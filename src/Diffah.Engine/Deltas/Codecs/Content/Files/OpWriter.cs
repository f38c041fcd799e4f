using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>How the operations of a file are told.</summary>
internal enum OpForm
{
    /// <summary>By the lengths of what they add, in columns.</summary>
    Lengths,

    /// <summary>By the last byte of what they add, in columns.</summary>
    Ends,

    /// <summary>By the last byte of what they add, one operation after the other.</summary>
    Rows,
}

/// <summary>
/// Writes the operations of a file. Where a text is told by its lines, lengths say little and ends much: each line ends
/// with the same byte.
/// </summary>
internal ref struct OpWriter
{
    // So many operations in a file, and one is like one before it, together with that which follows, in so many.
    private const int FewestRows = 16;
    private const int RowsShare = 2;

    private readonly ReadOnlySpan<byte> _old;
    private readonly OpForm _form;
    private readonly NumberWriter _adds;
    private readonly NumberWriter _inserts;
    private readonly NumberWriter _seeks;
    private readonly NumberWriter _ends;
    private readonly NumberWriter _jumps;
    private RecentAlignments _recent;
    private int _place;
    private int _continued;

    private OpWriter(ReadOnlySpan<byte> old, OpForm form, FileDraft draft)
    {
        _old = old;
        (_form, _jumps) = (form, draft.Jumps);
        (_adds, _inserts, _seeks, _ends) = form == OpForm.Rows
            ? (draft.Rows, draft.Rows, draft.Rows, draft.Rows)
            : (draft.Adds, draft.Inserts, draft.Seeks, draft.Ends);
    }

    /// <summary>Writes the operations of a file.</summary>
    /// <param name="ops">They cover the file exactly.</param>
    /// <param name="old">The old file.</param>
    /// <param name="form">How to tell them.</param>
    /// <param name="draft">Where they go.</param>
    public static void Write(IReadOnlyList<PatchOp> ops, ReadOnlySpan<byte> old, OpForm form, FileDraft draft)
    {
        var writer = new OpWriter(old, form, draft);
        writer._adds.AddNumber((ulong)ops.Count);
        foreach (var op in ops)
            writer.Write(op);
    }

    /// <summary>The form of a text's operations that takes less: rows, where they repeat themselves.</summary>
    /// <param name="ops">The operations.</param>
    /// <param name="old">The old file.</param>
    public static OpForm TextForm(IReadOnlyList<PatchOp> ops, ReadOnlySpan<byte> old)
    {
        if (ops.Count < FewestRows)
            return OpForm.Ends;
        var seen = new HashSet<(long, long)>();
        var (repeats, continued, before) = (0, 0, 0L);
        foreach (var op in ops)
        {
            var row = RowOf(op, old, op.Old - continued);
            if (!seen.Add((before, row)))
                repeats++;
            (continued, before) = (op.Old + op.Add, row);
        }
        return repeats >= ops.Count / RowsShare ? OpForm.Rows : OpForm.Ends;
    }

    private static long RowOf(PatchOp op, ReadOnlySpan<byte> old, int distance) =>
        op.Add == 0
            ? 0
            : ((long)distance << 32) ^ ((long)op.Insert << 8) ^ old[op.Old + op.Add - 1];

    private void Write(PatchOp op)
    {
        if (_form == OpForm.Lengths)
            WriteByLength(op);
        else
            WriteByEnd(op);
        if (op.Add > 0)
            _continued = op.Old + op.Add;
        _place += op.Add + op.Insert;
    }

    private void WriteByLength(PatchOp op)
    {
        _adds.AddNumber((ulong)op.Add);
        _inserts.AddNumber((ulong)op.Insert);
        if (op.Add > 0)
            WriteSeek(op.Old);
    }

    private void WriteByEnd(PatchOp op)
    {
        if (op.Add == 0)
            _adds.AddNumber(0);
        else
        {
            var added = _old.Slice(op.Old, op.Add);
            _adds.AddNumber((ulong)added.Count(added[^1]));
            WriteSeek(op.Old);
            _ends.Add(added[^1]);
        }
        _inserts.AddNumber((ulong)op.Insert);
    }

    private void WriteSeek(int old)
    {
        var alignment = old - _place;
        var index = _recent.IndexOf(alignment);
        var distance = old - (long)_continued;
        if (index >= 0)
            _seeks.Add((byte)index);
        else if (distance == 0)
            _seeks.Add(SeekKind.Continued);
        else if (_form != OpForm.Lengths && Math.Abs(distance) <= SeekKind.MostNear)
            _seeks.Add(SeekKind.Near((int)distance));
        else
        {
            _seeks.Add(SeekKind.Jump);
            _jumps.AddSigned((long)alignment - _recent[0]);
        }
        _recent.MoveToFront(index, alignment);
    }
}
