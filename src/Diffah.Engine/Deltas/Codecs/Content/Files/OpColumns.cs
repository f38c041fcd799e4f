using System.Runtime.CompilerServices;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>
/// How the place of an operation's old bytes is told: a byte below <see cref="RecentAlignments.Count"/> is one of the
/// recent alignments. The numbers are those of the format.
/// </summary>
internal static class SeekKind
{
    /// <summary>The old bytes go on where those of the operation before ended.</summary>
    public const byte Continued = RecentAlignments.Count;

    /// <summary>The alignment is a number, less the alignment before.</summary>
    public const byte Jump = RecentAlignments.Count + 1;
}

/// <summary>
/// The alignments of a file's last operations, the most recent first. An alignment is the place of an old byte less
/// that of the new byte that is predicted from it.
/// </summary>
internal struct RecentAlignments
{
    /// <summary>How many are kept.</summary>
    public const int Count = 8;

    private Slots _slots;

    public readonly int this[int index] => _slots[index];

    /// <summary>The place of an alignment; -1 where it is not among them.</summary>
    public readonly int IndexOf(int alignment)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_slots[index] == alignment)
                return index;
        }
        return -1;
    }

    /// <summary>Moves an alignment to the front; the last one goes where it was not there.</summary>
    /// <param name="index">Its place; -1 where it is new.</param>
    /// <param name="alignment">The alignment.</param>
    public void MoveToFront(int index, int alignment)
    {
        for (var at = index < 0 ? Count - 1 : index; at > 0; at--)
            _slots[at] = _slots[at - 1];
        _slots[0] = alignment;
    }

    [InlineArray(Count)]
    private struct Slots
    {
        private int _first;
    }
}

/// <summary>The operations of a file in columns.</summary>
internal static class OpColumns
{
    /// <summary>The most operations that a file may have.</summary>
    public const int MaximumOps = 1 << 22;

    /// <summary>Writes the operations of a file.</summary>
    /// <param name="ops">They cover the file exactly.</param>
    /// <param name="draft">Where they go.</param>
    public static void Write(IReadOnlyList<PatchOp> ops, FileDraft draft)
    {
        draft.Adds.AddNumber((ulong)ops.Count);
        var recent = default(RecentAlignments);
        var (place, continued) = (0, 0);
        foreach (var op in ops)
        {
            draft.Adds.AddNumber((ulong)op.Add);
            draft.Inserts.AddNumber((ulong)op.Insert);
            if (op.Add > 0)
            {
                WriteSeek(op.Old, place, continued, ref recent, draft);
                continued = op.Old + op.Add;
            }
            place += op.Add + op.Insert;
        }
    }

    /// <summary>Reads the operations of a file; every field is checked.</summary>
    /// <param name="streams">Those of the file's class.</param>
    /// <param name="oldLength">Length of the old file.</param>
    /// <param name="newLength">Length of the new file.</param>
    /// <exception cref="InvalidDataException">They are not valid.</exception>
    public static PatchOp[] Read(ClassStreams streams, int oldLength, int newLength)
    {
        var ops = new PatchOp[(int)streams.Adds.TakeNumber(Math.Min(newLength, MaximumOps))];
        var recent = default(RecentAlignments);
        var (place, continued) = (0, 0);
        for (var index = 0; index < ops.Length; index++)
        {
            var add = (int)streams.Adds.TakeNumber(Math.Min(oldLength, newLength - place));
            var insert = (int)streams.Inserts.TakeNumber(newLength - place - add);
            if (add + insert == 0)
                throw StreamCursor.Invalid("has an operation that does nothing");
            var old = add == 0 ? 0 : ReadSeek(place, continued, oldLength - add, ref recent, streams);
            continued = add == 0 ? continued : old + add;
            place += add + insert;
            ops[index] = new PatchOp(old, add, insert);
        }
        return place == newLength ? ops : throw StreamCursor.Invalid("has operations that do not fill a file");
    }

    private static void WriteSeek(int old, int place, int continued, ref RecentAlignments recent, FileDraft draft)
    {
        var alignment = old - place;
        var index = recent.IndexOf(alignment);
        if (index >= 0)
            draft.Seeks.Add((byte)index);
        else if (old == continued)
            draft.Seeks.Add(SeekKind.Continued);
        else
        {
            draft.Seeks.Add(SeekKind.Jump);
            draft.Jumps.AddSigned((long)alignment - recent[0]);
        }
        recent.MoveToFront(index, alignment);
    }

    private static int ReadSeek(
        int place, int continued, int most, ref RecentAlignments recent, ClassStreams streams)
    {
        var kind = streams.Seeks.Take();
        var index = kind < RecentAlignments.Count ? kind : -1;
        var alignment = kind switch
        {
            < RecentAlignments.Count => recent[kind],
            SeekKind.Continued => (long)continued - place,
            SeekKind.Jump => unchecked(recent[0] + streams.Jumps.TakeSigned()),
            _ => throw StreamCursor.Invalid("has an operation of an unknown kind"),
        };
        var old = unchecked(place + alignment);
        if (alignment is < -int.MaxValue or > int.MaxValue || old < 0 || old > most)
            throw StreamCursor.Invalid("has an operation that reads outside of the old file");
        recent.MoveToFront(index, (int)alignment);
        return (int)old;
    }
}
