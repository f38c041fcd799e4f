using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>Reads what <see cref="OpWriter"/> wrote; every field is checked.</summary>
internal ref struct OpReader
{
    /// <summary>The most operations that a file may have.</summary>
    public const int MaximumOps = 1 << 22;

    private readonly ReadOnlySpan<byte> _old;
    private readonly int _newLength;
    private readonly OpForm _form;
    private readonly StreamCursor _adds;
    private readonly StreamCursor _inserts;
    private readonly StreamCursor _seeks;
    private readonly StreamCursor _ends;
    private readonly StreamCursor _jumps;
    private RecentAlignments _recent;
    private int _place;
    private int _continued;

    private OpReader(ReadOnlySpan<byte> old, int newLength, OpForm form, ClassStreams streams)
    {
        _old = old;
        (_newLength, _form, _jumps) = (newLength, form, streams.Jumps);
        (_adds, _inserts, _seeks, _ends) = form == OpForm.Rows
            ? (streams.Rows, streams.Rows, streams.Rows, streams.Rows)
            : (streams.Adds, streams.Inserts, streams.Seeks, streams.Ends);
    }

    /// <summary>Reads the operations of a file.</summary>
    /// <param name="streams">Those of the file's class.</param>
    /// <param name="old">The old file.</param>
    /// <param name="newLength">Length of the new file.</param>
    /// <param name="form">How they are told.</param>
    /// <exception cref="InvalidDataException">They are not valid.</exception>
    public static PatchOp[] Read(ClassStreams streams, ReadOnlySpan<byte> old, int newLength, OpForm form)
    {
        var reader = new OpReader(old, newLength, form, streams);
        var ops = new PatchOp[(int)reader._adds.TakeNumber(Math.Min(newLength, MaximumOps))];
        for (var index = 0; index < ops.Length; index++)
            ops[index] = reader.ReadOne();
        return reader._place == newLength
            ? ops
            : throw StreamCursor.Invalid("has operations that do not fill a file");
    }

    private PatchOp ReadOne()
    {
        var op = _form == OpForm.Lengths ? ReadByLength() : ReadByEnd();
        if (op.Add + op.Insert == 0)
            throw StreamCursor.Invalid("has an operation that does nothing");
        if (op.Add > 0)
            _continued = op.Old + op.Add;
        _place += op.Add + op.Insert;
        return op;
    }

    private PatchOp ReadByLength()
    {
        var add = (int)_adds.TakeNumber(Math.Min(_old.Length, _newLength - _place));
        var insert = (int)_inserts.TakeNumber(_newLength - _place - add);
        return new PatchOp(add == 0 ? 0 : ReadSeek(_old.Length - add), add, insert);
    }

    private PatchOp ReadByEnd()
    {
        var times = (int)_adds.TakeNumber(Math.Min(_old.Length, _newLength - _place));
        var (old, add) = (0, 0);
        if (times > 0)
        {
            old = ReadSeek(_old.Length);
            add = LengthTo(_ends.Take(), times, _old[old..]);
        }
        var insert = (int)_inserts.TakeNumber(_newLength - _place - add);
        return new PatchOp(old, add, insert);
    }

    private readonly int LengthTo(byte end, int times, ReadOnlySpan<byte> old)
    {
        old = old[..Math.Min(old.Length, _newLength - _place)];
        var length = 0;
        for (; times > 0; times--)
        {
            var next = old[length..].IndexOf(end);
            if (next < 0)
                throw StreamCursor.Invalid("has an operation whose end is not there");
            length += next + 1;
        }
        return length;
    }

    private int ReadSeek(int most)
    {
        var kind = _seeks.Take();
        var index = kind < RecentAlignments.Count ? kind : -1;
        var alignment = kind switch
        {
            < RecentAlignments.Count => _recent[kind],
            SeekKind.Continued => (long)_continued - _place,
            SeekKind.Jump => unchecked(_recent[0] + _jumps.TakeSigned()),
            _ when _form != OpForm.Lengths && SeekKind.IsNear(kind, out var distance) =>
                (long)_continued + distance - _place,
            _ => throw StreamCursor.Invalid("has an operation of an unknown kind"),
        };
        var old = unchecked(_place + alignment);
        if (alignment is < -int.MaxValue or > int.MaxValue || old < 0 || old > most)
            throw StreamCursor.Invalid("has an operation that reads outside of the old file");
        _recent.MoveToFront(index, (int)alignment);
        return (int)old;
    }
}
