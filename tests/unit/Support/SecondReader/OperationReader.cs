namespace Diffah.Tests.Support.SecondReader;

/// <summary>Old bytes that are copied, and new ones behind them.</summary>
internal readonly record struct Operation(int Old, int Add, int Insert);

/// <summary>How operations say where they end.</summary>
internal enum OperationStyle
{
    Lengths,
    Ends,
    Rows,
}

/// <summary>The operations of a class (content-patch.md, "Operations").</summary>
internal sealed class OperationReader(PatchStreams streams, int number)
{
    private const int Most = 1 << 22;
    private const int Recents = 8;
    private const int Nearest = 28;
    private const int Farthest = 228;

    private readonly PatchCursor _adds = streams[1, number];
    private readonly PatchCursor _inserts = streams[2, number];
    private readonly PatchCursor _seeks = streams[3, number];
    private readonly PatchCursor _jumps = streams[4, number];
    private readonly PatchCursor _ends = streams[11, number];
    private readonly PatchCursor _rows = streams[12, number];

    /// <summary>The operations of a piece.</summary>
    public List<Operation> Read(OperationStyle style, int length, byte[] old)
    {
        var isRow = style == OperationStyle.Rows;
        var operations = new List<Operation>();
        var recent = Enumerable.Repeat(0L, Recents).ToList();
        var (made, oldEnd) = (0, 0L);
        for (var left = (isRow ? _rows : _adds).Count(Math.Min(Most, length)); left > 0; left--)
        {
            var told = (isRow ? _rows : _adds).Count(length - made);
            var (place, add) = (0L, told);
            if (told > 0)
            {
                place = ReadPlace((isRow ? _rows : _seeks).Byte(), style, recent, made, oldEnd);
                if (style != OperationStyle.Lengths)
                    add = UpTo(told, (isRow ? _rows : _ends).Byte(), place, old);
                oldEnd = place + add;
            }
            var insert = (isRow ? _rows : _inserts).Count(length - made - add);
            if (add + insert == 0 || place < 0 || place + add > old.Length)
                throw new InvalidDataException("an operation goes beyond what it copies, or does nothing");
            operations.Add(new Operation((int)place, add, insert));
            made += add + insert;
        }
        return made == length ? operations : throw new InvalidDataException("operations leave something out");
    }

    private long ReadPlace(int seek, OperationStyle style, List<long> recent, int at, long oldEnd)
    {
        var isNear = style != OperationStyle.Lengths && seek is >= Nearest and <= Farthest;
        var alignment = seek switch
        {
            < Recents => recent[seek],
            8 => oldEnd - at,
            9 => recent[0] + _jumps.Signed(),
            _ => isNear ? oldEnd + seek - 128 - at : throw new InvalidDataException("a seek is of no kind"),
        };
        recent.RemoveAt(seek < Recents ? seek : Recents - 1);
        recent.Insert(0, alignment);
        return at + alignment;
    }

    private static int UpTo(int times, byte end, long place, byte[] old)
    {
        for (var at = place; at >= 0 && at < old.Length; at++)
        {
            if (old[at] == end && --times == 0)
                return (int)(at + 1 - place);
        }
        throw new InvalidDataException("an operation ends nowhere");
    }
}
