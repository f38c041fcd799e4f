using System.Buffers.Binary;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Which old slot of an offset table became which new one, by what code that is copied loads.</summary>
internal sealed class SlotVotes
{
    private const int None = -1;

    private readonly ExecutableLayout _layout;
    private readonly int[] _old;
    private readonly int[] _leads;

    private SlotVotes(ExecutableLayout layout)
    {
        _layout = layout;
        _old = new int[layout.NewGot.Length / sizeof(long)];
        _leads = new int[_old.Length];
        Array.Fill(_old, None);
    }

    public static SlotVotes Count(
        ExecutableLayout layout, ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, IReadOnlyList<PatchOp> ops,
        OldFields fields)
    {
        var votes = new SlotVotes(layout);
        var position = 0;
        foreach (var op in ops)
        {
            foreach (var code in fields.Ranges)
            {
                if (code.Range.IsX64Code && code.Address >= 0)
                    votes.Count(old, @new, op, position - op.Old, code);
            }
            position += op.Add + op.Insert;
        }
        return votes;
    }

    /// <summary>Which old slot most code says that a new one was; or a negative number.</summary>
    public int OldOf(int newSlot) => newSlot < _old.Length ? _old[newSlot] : None;

    private void Count(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new, PatchOp op, int shift, RangeFields code)
    {
        var start = code.Range.Start;
        var (from, to) = (Math.Max(op.Old - start, 0), Math.Min(op.Old + op.Add - start, code.Range.Length) - 3);
        for (var at = code.Marks!.Next(from, to); at < to; at = code.Marks.Next(at + 1, to))
        {
            var oldSlot = SlotAt(old, start + at, _layout.OldSegments, _layout.OldGotAddress, _layout.OldGot);
            if (oldSlot < 0)
                continue;
            var newSlot = SlotAt(
                @new, start + at + shift, _layout.NewSegments, _layout.NewGotAddress, _layout.NewGot);
            if (newSlot >= 0 && newSlot < _old.Length)
                Vote(oldSlot, newSlot);
        }
    }

    private static int SlotAt(ReadOnlySpan<byte> file, int place, SegmentTable segments, long table, FileSpan span)
    {
        var target = segments.AddressOf(place) + X64Scan.FieldLength
            + BinaryPrimitives.ReadInt32LittleEndian(file[place..]);
        var distance = target - table;
        return (ulong)distance < (ulong)span.Length && distance % sizeof(long) == 0
            ? (int)(distance / sizeof(long)) : None;
    }

    private void Vote(int oldSlot, int newSlot)
    {
        if (_leads[newSlot] == 0)
            _old[newSlot] = oldSlot;
        _leads[newSlot] += _old[newSlot] == oldSlot ? 1 : -1;
    }
}
