namespace Diffah.Tests.Support.SecondReader;

/// <summary>Fields of Go's tables (executables.md, kinds 14 and 16).</summary>
internal sealed class GoFieldFinder(
    byte[] old, PlaceMap map, FieldRange range, ExecutableLayout layout, List<OldField> fields)
{
    private const int MostFields = 1 << 22;
    private const int MostTables = 64;

    private int _found;

    /// <summary>The table of functions.</summary>
    public void Functions()
    {
        if (Table(range) is not { } table)
            return;
        for (var i = 0L; i < table.Count; i++)
        {
            Add(table.Pairs + 8 * i, table.Code);
            Add(table.Pairs + 8 * i + 4, table.Pairs);
        }
        Add(table.Pairs + 8 * table.Count, table.Code);
        var done = 0L;
        for (var i = 0L; i < table.Count; i++)
        {
            var at = table.Pairs + U32(table.Pairs + 8 * i + 4);
            if (at >= done && at + table.Head <= range.End)
                done = Record(at, table);
        }
    }

    private long Record(long at, GoTable table)
    {
        Add(at, table.Code);
        Add(at + 4, table.Names);
        for (var place = at + 16; place <= at + 24; place += 4)
            Add(place, table.Lines);
        var pieces = at + table.Head + 4 * Math.Min(MostTables, (long)U32(at + 28));
        for (var place = at + table.Head; place < pieces; place += 4)
            Add(place, table.Lines);
        var end = pieces + 4 * old[at + table.Head - 1];
        for (var place = pieces; place < end && range.Base != 0; place += 4)
            Add(place, range.Base);
        return end;
    }

    /// <summary>Words of read-only data that mean functions or data.</summary>
    public void ReadOnlyData(Func<long, bool> isPointer)
    {
        var (begins, code) = Begins();
        bool IsBegin(long at) => at >= range.Start && at + 4 <= range.End && U32(at) is not 0 and var w
            && w % 16 == 0 && begins.Contains(w);
        for (var at = (range.Start + 3) / 4 * 4; at + 4 <= range.End; at += 4)
        {
            var word = U32(at);
            if (word == 0 || isPointer(at / 8 * 8))
                continue;
            if (IsBegin(at) && (IsBegin(at - 4) || IsBegin(at + 4)))
                Add(at, code);
            else if (word < range.End - range.Base && !IsUncommon(at - 4) && IsOffset(at, word, IsBegin, isPointer))
                Add(at, range.Base);
        }
    }

    private bool IsOffset(long at, uint word, Func<long, bool> isBegin, Func<long, bool> isPointer)
    {
        if ((isBegin(at + 8) && isBegin(at + 12)) || (isBegin(at + 4) && isBegin(at + 8)))
            return true;
        if (isPointer(at / 8 * 8 - 8) || IsUncommon(at))
            return true;
        if (at - 12 >= range.Start)
        {
            var (a, s, p) = ((int)U32(at - 12), (int)U32(at - 8), (int)U32(at - 4));
            if (a is > -(1 << 20) and < 0 && p > 0 && p <= s && s < 1 << 20 && s % 8 == 0 && p % 8 == 0)
                return true;
        }
        return word >= 0x1000 && word % 32 == 0 && at - 4 >= range.Start && U32(at - 4) is not 0 and var before
            && before < range.End - range.Base;
    }

    private bool IsUncommon(long at)
    {
        if (at < range.Start || at + 16 > range.End)
            return false;
        var (counts, third, fourth) = (U32(at + 4), U32(at + 8), U32(at + 12));
        var (low, high) = (counts & 0xFFFF, counts >> 16);
        return fourth == 0 && third is >= 16 and <= 4095 && low >= high && low < 1024;
    }

    private (HashSet<uint> Begins, long Code) Begins()
    {
        foreach (var functions in layout.Ranges.Where(r => r.Kind == 14))
        {
            if (Table(functions) is not { } table)
                continue;
            var begins = new HashSet<uint>();
            for (var i = 0L; i < table.Count; i++)
                begins.Add(U32(table.Pairs + 8 * i));
            begins.RemoveWhere(begin => begin >= old.Length - table.Code);
            return (begins, table.Code);
        }
        return ([], 0);
    }

    private GoTable? Table(FieldRange of)
    {
        if (of.Length < 72 || U32(of.Start) is not 0xFFFFFFF0 and not 0xFFFFFFF1 || old[of.Start + 7] != 8)
            return null;
        long Number(int at) => BitConverter.ToInt64(old, (int)of.Start + at);
        bool IsPart(int at) => Number(at) >= 0 && Number(at) < of.Length;
        if (map.OldPlace((ulong)Number(24)) is not { } code || !IsPart(32) || !IsPart(56) || !IsPart(64)
            || Number(8) < 0 || Number(8) > (of.Length - Number(64)) / 8)
            return null;
        return new GoTable(Number(8), code, of.Start + Number(32), of.Start + Number(56), of.Start + Number(64),
            U32(of.Start) == 0xFFFFFFF0 ? 40 : 44);
    }

    private void Add(long at, long begin)
    {
        if (at + 4 > range.End || _found++ >= MostFields || U32(at) is not (not 0 and var value))
            return;
        fields.Add(new OldField((int)at, 4, _ => map.Place(begin + value) is { } to && map.Place(begin) is { } from
            ? (ulong)(to - from) : null));
    }

    /// <summary>Where the parts of a table of functions are.</summary>
    private sealed record GoTable(long Count, long Code, long Names, long Lines, long Pairs, int Head);

    private uint U32(long at) => BitConverter.ToUInt32(old, (int)at);
}
