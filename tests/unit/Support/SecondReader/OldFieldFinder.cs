namespace Diffah.Tests.Support.SecondReader;

/// <summary>Finds the fields of the old file, and says what each becomes (executables.md, "Fields").</summary>
internal sealed class OldFieldFinder(ExecutableLayout layout, byte[] old, PlaceMap map, AddressTables tables)
{
    private const ulong LeastAddress = 0x200;
    private const int MostFields = 1 << 22;

    private readonly List<OldField> _fields = [];
    private readonly List<long> _loaded = [];
    private FieldRange _range;
    private long _toAddress;
    private bool _hasAddress;

    public List<OldField> Find()
    {
        foreach (var range in layout.Ranges.OrderBy(r => r.Kind == 12))
        {
            _range = range;
            var segments = layout.Old.Where(
                s => range.Start >= s.Offset && range.End <= s.Offset + s.Length).ToArray();
            _hasAddress = segments.Length > 0;
            _toAddress = _hasAddress ? segments[0].Address - segments[0].Offset : 0;
            FindKind();
        }
        return _fields;
    }

    private void FindKind()
    {
        var rows = new Action<long>?[] { null, ElfHeader, ProgramHeader, SectionHeader, null, null, null, null,
            Relocation, Symbol, null, null, null, OffsetField, null, SymbolIndex };
        var widths = new[] { 0, 64, 56, 64, 0, 0, 0, 0, 24, 24, 0, 0, 0, 4, 0, 4 };
        switch (_range.Kind)
        {
            case 4 or 17 when _hasAddress:
                _loaded.AddRange(new X86FieldFinder(layout, old, map, tables, _range, _toAddress, _fields).Find());
                break;
            case 5 when _hasAddress:
                new ArmFieldFinder(layout, old, tables, _range, _toAddress, _fields).Find();
                break;
            case 6 or 7:
                Pointers(_range.Kind == 6);
                break;
            case 10:
                Frames();
                break;
            case 11 when _hasAddress:
                FrameHeader();
                break;
            case 12 when _hasAddress:
                JumpTables();
                break;
            case 14:
                new GoFieldFinder(old, map, _range, layout, _fields).Functions();
                break;
            case 16:
                Pointers(isLearned: true);
                new GoFieldFinder(old, map, _range, layout, _fields).ReadOnlyData(IsPointer);
                break;
            default:
                if (rows.ElementAtOrDefault(_range.Kind) is not { } find)
                    break;
                for (var at = _range.Start; at + widths[_range.Kind] <= _range.End; at += widths[_range.Kind])
                    find(at);
                break;
        }
    }

    private ulong VA(long place) => (ulong)(place + _toAddress);

    private ulong U64(long at) => BitConverter.ToUInt64(old, (int)at);

    private uint U32(long at) => BitConverter.ToUInt32(old, (int)at);

    private void Add(long at, int width, Func<long, ulong?> predict, FieldLesson? lesson = null) =>
        _fields.Add(new OldField((int)at, width, predict, lesson));

    private ulong? Addend(long place) => map.NewAddress(place) is { } own ? tables.Addend(own) : null;

    private void AddPlace(long at) => AddValue(at, v => (ulong?)map.Place((long)v));

    private void AddAddress(long at) => AddValue(at, map.Address);

    private void AddValue(long at, Func<ulong, ulong?> tell)
    {
        if (U64(at) is not 0 and var value)
            Add(at, 8, _ => tell(value));
    }

    private void ElfHeader(long at)
    {
        if (at != _range.Start || _range.Length < 64)
            return;
        AddAddress(at + 24);
        AddPlace(at + 40);
    }

    private void ProgramHeader(long at)
    {
        var index = U32(at) == 1 ? Array.FindIndex(layout.Old,
            s => (ulong)s.Offset == U64(at + 8) && (ulong)s.Address == U64(at + 16)) : -1;
        if (index >= 0 && index < layout.New.Length)
        {
            var made = layout.New[index];
            long[] numbers = [made.Offset, made.Address, made.Address, made.Length, made.Memory];
            for (var i = 0; i < numbers.Length; i++)
            {
                var number = (ulong)numbers[i];
                Add(at + 8 + 8 * i, 8, _ => number);
            }
            return;
        }
        AddPlace(at + 8);
        AddAddress(at + 16);
        AddAddress(at + 24);
        AddSize(at + 32, at + 8);
        if (U64(at + 40) == U64(at + 32))
            AddSize(at + 40, at + 8);
    }

    private void SectionHeader(long at)
    {
        AddAddress(at + 16);
        AddPlace(at + 24);
        AddSize(at + 32, at + 24);
    }

    private void AddSize(long at, long offset)
    {
        var begin = (long)U64(offset);
        if (begin != 0)
            AddValue(at, s => map.Place(begin + (long)s - 1) is { } last && map.Place(begin) is { } first
                && last >= first ? (ulong)(last - first + 1) : null);
    }

    private bool IsPointer(long at) => at >= _range.Start && at + 8 <= _range.End && IsPointer(U64(at));

    private bool IsPointer(ulong value) => value >= LeastAddress && map.IsInImage(value);

    private void Pointers(bool isLearned)
    {
        for (var at = (_range.Start + 7) / 8 * 8; at + 8 <= _range.End; at += 8)
        {
            var value = U64(at);
            var isPointer = IsPointer(value);
            _fields.Add(new OldField((int)at, 8,
                j => Addend(j) ?? (isPointer ? tables.Find(value) : null),
                isLearned && isPointer ? Whole(value) : null)
            { IsTaught = j => Addend(j) is not null });
        }
    }

    private static FieldLesson Whole(ulong value) =>
        new(value, (made, j) => BitConverter.ToUInt64(made, (int)j));

    private void Relocation(long at)
    {
        var (place, addend) = (U64(at), U64(at + 16));
        var isInTable = tables.IsInOldTable(place);
        if (at - 24 >= _range.Start && tables.IsCoded(at - 24))
            Add(at, 8, _ => 0);
        else if (IsPointer(place))
            Add(at, 8, _ => tables.FindPlace(place), isInTable ? null : Whole(place));
        SymbolIndex(at + 12);
        if (tables.IsCoded(at))
        {
            Add(at + 16, 4, _ => 0);
            Add(at + 20, 4, _ => 0);
        }
        else if (IsPointer(addend))
            Add(at + 16, 8, _ => tables.Find(addend), isInTable ? null : Whole(addend));
    }

    private void Symbol(long at)
    {
        OffsetField(at);
        var value = U64(at + 8);
        if (IsPointer(value))
            Add(at + 8, 8, _ => tables.Find(value), Whole(value));
    }

    private void OffsetField(long at)
    {
        var begin = _range.Base;
        if (U32(at) is not 0 and var value)
            Add(at, 4, _ => map.Place(begin + value) is { } to && map.Place(begin) is { } from
                ? (ulong)(to - from) : null);
    }

    private void SymbolIndex(long at)
    {
        var begin = _range.Base;
        if (U32(at) is not 0 and var value && begin != 0)
            Add(at, 4, _ => map.Place(begin + 24L * value) is { } to && map.Place(begin) is { } from
                && to >= from && (to - from) % 24 == 0 ? (ulong)((to - from) / 24) : null);
    }

    private void Frames()
    {
        var before = _fields.Count;
        var records = FrameRecords.Walk(old, _range.Start, _range.Length, out var commons);
        foreach (var record in records.Where(r => r.Length >= 16).Take(MostFields))
            Frame(record);
        foreach (var common in commons.Where(c => c.Handler is not null && _hasAddress))
            AddRelative(common.Handler!.Value, isLearned: false);
        if (_fields.Count - before > MostFields)
            throw new NotSupportedException("more fields than are told");
    }

    private void Frame(FrameRecord record)
    {
        var (id, begin) = (record.At + 4, record.At + 8);
        var common = id - U32(id);
        Add(id, 4, j => map.Place(common) is { } place ? (ulong)(j - place) : null);
        if (record.Common?.Begins != CommonFrame.Offset || !_hasAddress)
            return;
        AddRelative(begin, isLearned: true);
        var address = VA(begin) + (ulong)(int)U32(begin);
        var length = U32(begin + 4);
        Add(begin + 4, 4, _ =>
        {
            if (length == 0 || map.Address(address + length - 1) is not { } last
                || map.Address(address) is not { } first)
                return null;
            var made = last - first + 1;
            return made >= length / 4 && made <= 4UL * length + 64 ? made : null;
        });
        if (record.Common.Data == CommonFrame.Offset && record.Length >= 21 && old[record.At + 16] == 4)
            AddRelative(record.At + 17, isLearned: false);
    }

    private void AddRelative(long at, bool isLearned)
    {
        var target = VA(at) + (ulong)(int)U32(at);
        Add(at, 4, j => tables.Find(target) is { } found && map.NewAddress(j) is { } own ? found - own : null,
            isLearned ? new FieldLesson(target, (made, j) => map.NewAddress(j) is { } own
                ? own + (ulong)BitConverter.ToInt32(made, (int)j) : null) : null);
    }

    private void FrameHeader()
    {
        if (_range.Length >= 8)
            AddRelative(_range.Start + 4, isLearned: false);
        if (layout.NewDerived is not null)
            return;
        var begin = VA(_range.Start);
        for (var at = _range.Start + 12; at + 4 <= _range.End; at += 4)
            AddBased(at, begin);
    }

    private void AddBased(long at, ulong begin)
    {
        var target = begin + (ulong)(int)U32(at);
        Add(at, 4, _ => map.Address(target) is { } to && map.Address(begin) is { } from ? to - from : null);
    }

    private void JumpTables()
    {
        var code = layout.Ranges.Where(r => r.Kind is 4 or 17).Select(r => (First: OldAddress(r.Start),
            Last: OldAddress(r.End - 1))).Where(r => r is { First: not null, Last: not null }).ToArray();
        if (code.Length == 0)
            return;
        var (first, last) = (code.Min(c => c.First!.Value), code.Max(c => c.Last!.Value));
        var begins = _loaded.Where(p => p >= _range.Start && p < _range.End
            && (p - _range.Start) % 4 == 0).Distinct().Order().ToArray();
        for (var at = _range.Start; at + 4 <= _range.End; at += 4)
        {
            if ((int)U32(at) >= 0)
                continue;
            var place = begins.LastOrDefault(b => b <= at, -1);
            if (place < 0 || at - place > 4096)
                continue;
            var target = VA(place) + (ulong)(int)U32(at);
            if (target >= first && target <= last)
                AddBased(at, VA(place));
        }
    }

    private ulong? OldAddress(long place)
    {
        foreach (var segment in layout.Old.Where(s => s.HasPlace(place)))
            return (ulong)(segment.Address + place - segment.Offset);
        return null;
    }
}
