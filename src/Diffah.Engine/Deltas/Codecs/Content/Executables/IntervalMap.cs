using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Where the bytes of an old file lie in the new one, by what the operations copy. Where several copy a byte, the one
/// that copies most of all wins, and of equal ones the first. A byte that none copies moves as the nearest that one
/// does.
/// </summary>
internal sealed class IntervalMap
{
    private const int PageBits = 12;

    private readonly int _oldLength;
    private readonly int[] _starts;
    private readonly int[] _shifts;
    private readonly int[] _pages;

    private IntervalMap(int oldLength, List<Piece> pieces)
    {
        _oldLength = oldLength;
        _starts = new int[pieces.Count];
        _shifts = new int[pieces.Count];
        for (var index = 0; index < pieces.Count; index++)
        {
            // Half of the way to the piece before, and the first piece from the beginning.
            _starts[index] = index == 0 ? 0 : (int)(((long)pieces[index - 1].End + pieces[index].Start + 1) / 2);
            _shifts[index] = pieces[index].Shift;
        }
        _pages = PagesOf(_starts, oldLength);
    }

    /// <summary>How many pieces it has, each of which moves as a whole.</summary>
    public int Count => _starts.Length;

    public static IntervalMap Create(IReadOnlyList<PatchOp> ops, int oldLength)
    {
        var copies = new List<Copy>();
        var position = 0;
        foreach (var op in ops)
        {
            if (op.Add > 0)
                copies.Add(new(op.Old, op.Old + op.Add, position - op.Old, copies.Count));
            position += op.Add + op.Insert;
        }
        copies.Sort();
        return new(oldLength, Sweep(copies));
    }

    /// <summary>The place in the new file of a place in the old one, or −1 where there is none.</summary>
    public int Map(int old)
    {
        if ((uint)old >= (uint)_oldLength || _starts.Length == 0)
            return -1;
        return old + _shifts[Find(old)];
    }

    /// <summary>The piece a place is in: how it moves, and where the piece ends.</summary>
    public (int Shift, int End) PieceAt(int old)
    {
        var index = Find(old);
        return (_shifts[index], index + 1 < _starts.Length ? _starts[index + 1] : _oldLength);
    }

    private int Find(int old)
    {
        var page = old >> PageBits;
        var (low, high) = (_pages[page], _pages[page + 1]);
        while (low < high)
        {
            var middle = (low + high + 1) >> 1;
            if (_starts[middle] <= old)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    /// <summary>For each page of the old file, and for its end, the last piece that begins at or before it.</summary>
    private static int[] PagesOf(int[] starts, int oldLength)
    {
        var pages = new int[(oldLength >> PageBits) + 2];
        var piece = 0;
        for (var page = 0; page < pages.Length; page++)
        {
            while (piece + 1 < starts.Length && starts[piece + 1] <= (long)page << PageBits)
                piece++;
            pages[page] = piece;
        }
        return pages;
    }

    private static List<Piece> Sweep(List<Copy> copies)
    {
        var pieces = new List<Piece>();
        var open = new PriorityQueue<Copy, (int, int)>();
        var (next, position) = (0, 0);
        while (next < copies.Count || open.Count > 0)
        {
            if (open.Count == 0)
                position = Math.Max(position, copies[next].Start);
            for (; next < copies.Count && copies[next].Start <= position; next++)
                open.Enqueue(copies[next], (copies[next].Start - copies[next].End, copies[next].Order));
            while (open.Count > 0 && open.Peek().End <= position)
                open.Dequeue();
            if (open.Count == 0)
                continue;
            var best = open.Peek();
            var end = next < copies.Count ? Math.Min(best.End, copies[next].Start) : best.End;
            Append(pieces, new(position, end, best.Shift));
            position = end;
        }
        return pieces;
    }

    private static void Append(List<Piece> pieces, Piece piece)
    {
        if (pieces.Count > 0 && pieces[^1].End == piece.Start && pieces[^1].Shift == piece.Shift)
            pieces[^1] = pieces[^1] with { End = piece.End };
        else
            pieces.Add(piece);
    }

    private readonly record struct Piece(int Start, int End, int Shift);

    private readonly record struct Copy(int Start, int End, int Shift, int Order) : IComparable<Copy>
    {
        public int CompareTo(Copy other) =>
            Start != other.Start ? Start.CompareTo(other.Start) : Order.CompareTo(other.Order);
    }
}
