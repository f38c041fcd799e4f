namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Predicts the addresses in data, relocations, symbols, jump tables and lists of fields.</summary>
internal sealed class TableProjection(
    AddressMap map, FieldLearner learner, SegmentTable newSegments, OldFields oldFields)
{
    private const long LeastPointer = 0x200;
    private const int JumpReach = 1024;
    private const int SymbolLength = 24;

    public void PredictPointers(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var place = (from + 7) & ~7; place < to && place <= range.End - sizeof(long); place += sizeof(long))
        {
            var value = block.ReadInt64(place);
            if (map.Relocations is { } relocations
                && newSegments.AddressOf(block.NewOf(place)) is >= 0 and var address
                && relocations.TryGetAddend(address, out var addend))
                block.PutUInt64(place, (ulong)addend);
            else if (IsPointer(value) && map.TryFind(block.Old, value, out var found))
            {
                block.PutUInt64(place, (ulong)found);
                if (range.Kind != RangeKind.Got)
                    learner.Expect(block.NewOf(place), FieldLearner.Form.Pointer, value);
            }
        }
    }

    public void PredictRelocations(ref FieldBlock block, FieldRange range, int from, int to)
    {
        const int length = Relocation.Length;
        for (var record = FirstRecord(range, from, length);
            record < to && record <= range.End - length; record += length)
        {
            var (where, addend) = (block.ReadInt64(record), block.ReadInt64(record + 16));
            if (record >= from && IsBehindSlot(block, range, record))
                block.PutUInt64(record, 0);
            else if (record >= from && IsPointer(where) && map.TryFindPlace(where, out var place))
            {
                block.PutUInt64(record, (ulong)place);
                if (!map.IsInGot(where))
                    learner.Expect(block.NewOf(record), FieldLearner.Form.Pointer, where);
            }
            if (record + 12 >= from && record + 12 < to)
                PredictSymbol(ref block, record + 12, range.Base);
            if (IsCoded(block, record))
                PredictCode(ref block, record, from, to);
            else if (record + 16 >= from && record + 16 < to)
                PredictPointer(ref block, record + 16, addend, isLearned: !map.IsInGot(where));
        }
    }

    public void PredictSymbols(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var record = FirstRecord(range, from, SymbolLength);
            record < to && record <= range.End - SymbolLength; record += SymbolLength)
        {
            if (record >= from)
                PredictOffset(ref block, record, range.Base);
            if (record + 8 >= from && record + 8 < to)
                PredictPointer(ref block, record + 8, block.ReadInt64(record + 8), isLearned: true);
        }
    }

    public void PredictOffsets(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var place = FirstRecord(range, from + 3, 4); place < to && place <= range.End - 4; place += 4)
            PredictOffset(ref block, place, range.Base);
    }

    public void PredictSymbolIndexes(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var place = FirstRecord(range, from + 3, 4); place < to && place <= range.End - 4; place += 4)
            PredictSymbol(ref block, place, range.Base);
    }

    /// <summary>Jump tables: negative distances from the table's begin, which code loads, to code.</summary>
    public void PredictJumps(ref FieldBlock block, RangeFields fields, int from, int to)
    {
        var range = fields.Range;
        if (fields.Address < 0)
            return;
        for (var at = (from - range.Start + 3) & ~3; at < to - range.Start && at <= range.Length - 4; at += 4)
        {
            var value = block.ReadInt32(range.Start + at);
            var mark = value < 0 ? fields.Marks!.Last(at >> 2, Math.Max(0, (at >> 2) - JumpReach)) : -1;
            if (mark < 0)
                continue;
            var table = fields.Address + (mark << 2);
            if (table + value >= oldFields.CodeFirst && table + value < oldFields.CodeEnd
                && map.TryMap(table + value, out var target) && map.TryMap(table, out var newTable))
                block.PutUInt32(range.Start + at, (uint)(target - newTable));
        }
    }

    /// <summary>The header of the search table, and the table where it is not derived.</summary>
    public void PredictSearch(ref FieldBlock block, RangeFields fields, int from, int to)
    {
        var range = fields.Range;
        for (var at = FirstRecord(range, from + 3, 4) - range.Start;
            at < to - range.Start && at <= range.Length - 4; at += 4)
        {
            if (at == 4)
                PredictRelative(ref block, fields, range.Start + at, isLearned: false);
            else if (at >= SearchTable.HeaderLength && map.TryMap(fields.Address, out var header)
                && map.TryMap(fields.Address + block.ReadInt32(range.Start + at), out var target))
                block.PutUInt32(range.Start + at, (uint)(target - header));
        }
    }

    public void PredictList(ref FieldBlock block, RangeFields fields, int from, int to)
    {
        var list = fields.List!;
        for (var index = list.IndexOf(from); index < list.Positions.Length && list.Positions[index] < to; index++)
        {
            var (place, @class) = (list.Positions[index], list.Classes[index]);
            if (@class >= FieldClass.FirstOffset)
                PredictOffset(ref block, place, fields.Bases[@class - FieldClass.FirstOffset]);
            else if (@class == FieldClass.RecordBefore)
                PredictRecordBefore(ref block, place);
            else if (@class == FieldClass.FunctionLength)
                PredictLength(ref block, fields, place);
            else
                PredictRelative(ref block, fields, place, isLearned: @class == FieldClass.FunctionBegin);
        }
    }

    public static bool IsPointer(AddressMap map, long value) => value >= LeastPointer && map.HasAddress(value);

    /// <summary>Whether a relocation of the old file is one of its offset table, and the new one's are coded.</summary>
    private bool IsCoded(in FieldBlock block, int record) =>
        map.HasCodedSlots && map.OldTable.Has(block.Old.Slice(record, Relocation.Length));

    private bool IsBehindSlot(in FieldBlock block, FieldRange range, int record) =>
        record - Relocation.Length >= range.Start && IsCoded(block, record - Relocation.Length);

    /// <summary>What is coded is expected to be zeros.</summary>
    private static void PredictCode(ref FieldBlock block, int record, int from, int to)
    {
        foreach (var place in (ReadOnlySpan<int>)[record + Relocation.AddendAt, record + Relocation.DistanceAt])
        {
            if (place >= from && place < to)
                block.PutUInt32(place, 0);
        }
    }

    private static int FirstRecord(FieldRange range, int from, int length) =>
        range.Start + (from - range.Start) / length * length;

    private bool IsPointer(long value) => IsPointer(map, value);

    private void PredictPointer(ref FieldBlock block, int place, long value, bool isLearned)
    {
        if (!IsPointer(value) || !map.TryFind(block.Old, value, out var found))
            return;
        block.PutUInt64(place, (ulong)found);
        if (isLearned)
            learner.Expect(block.NewOf(place), FieldLearner.Form.Pointer, value);
    }

    private void PredictRelative(ref FieldBlock block, RangeFields fields, int place, bool isLearned)
    {
        var target = fields.Address + (place - fields.Range.Start) + block.ReadInt32(place);
        var address = newSegments.AddressOf(block.NewOf(place));
        if (fields.Address < 0 || address < 0 || !map.TryFind(block.Old, target, out var found))
            return;
        block.PutUInt32(place, (uint)(found - address));
        if (isLearned)
            learner.Expect(block.NewOf(place), FieldLearner.Form.Relative, target);
    }

    /// <summary>A function's length: to where its last byte goes. One that would change much is not told.</summary>
    private void PredictLength(ref FieldBlock block, RangeFields fields, int place)
    {
        var begin = fields.Address + (place - 4 - fields.Range.Start) + block.ReadInt32(place - 4);
        var length = block.ReadUInt32(place);
        if (fields.Address < 0 || length == 0 || !map.TryMap(begin, out var newBegin)
            || !map.TryMap(begin + length - 1, out var newLast))
            return;
        var newLength = newLast - newBegin + 1;
        if (newLength >= length / 4 && newLength <= 4L * length + 64)
            block.PutUInt32(place, (uint)newLength);
    }

    private void PredictRecordBefore(ref FieldBlock block, int place)
    {
        var mapped = map.Intervals.Map((int)Math.Max(-1, place - (long)block.ReadUInt32(place)));
        if (mapped >= 0)
            block.PutUInt32(place, (uint)(block.NewOf(place) - mapped));
    }

    /// <summary>The index of a symbol, by where the symbol goes.</summary>
    private void PredictSymbol(ref FieldBlock block, int place, int symbols)
    {
        var old = symbols + (long)block.ReadUInt32(place) * SymbolLength;
        if (symbols == 0 || old == symbols || old > int.MaxValue)
            return;
        var (target, start) = (map.Intervals.Map((int)old), map.Intervals.Map(symbols));
        if (target >= start && start >= 0 && (target - start) % SymbolLength == 0)
            block.PutUInt32(place, (uint)((target - start) / SymbolLength));
    }

    private void PredictOffset(ref FieldBlock block, int place, int from)
    {
        var old = from + (long)block.ReadUInt32(place);
        if (old == from || old > int.MaxValue)
            return;
        var (target, start) = (map.Intervals.Map((int)old), map.Intervals.Map(from));
        if (target >= 0 && start >= 0)
            block.PutUInt32(place, (uint)(target - start));
    }
}
