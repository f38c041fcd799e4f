namespace Diffah.Tests.Support.SecondReader;

/// <summary>Fields of code of x86-64 (executables.md, kinds 4 and 17, and "Instructions").</summary>
internal sealed class X86FieldFinder(
    ExecutableLayout layout, byte[] old, PlaceMap map, AddressTables tables, FieldRange range, long toAddress,
    List<OldField> fields)
{
    private const ulong LeastAbsolute = 0x10000;

    private readonly List<long> _loaded = [];

    /// <summary>Adds the fields, and gives the places that code loads.</summary>
    public List<long> Find()
    {
        if (layout.HasInstructions)
            Instructions();
        else
            Bytes();
        return _loaded;
    }

    private uint U32(long at) => BitConverter.ToUInt32(old, (int)at);

    private void Add(long at, Func<long, ulong?> predict, FieldLesson lesson) =>
        fields.Add(new OldField((int)at, 4, predict, lesson));

    private void Bytes()
    {
        var end = range.End;
        for (var at = range.Start; at <= end - 5;)
        {
            var value = old[at];
            var isLong = value == 0x0F && (old[at + 1] & 0xF0) == 0x80;
            var announces = isLong || value is 0xE8 or 0xE9 || IsOperand(value);
            var field = at + (isLong ? 2 : 1);
            if (announces && field + 4 <= end && Relative(field))
                at = field + 4;
            else if (range.Kind == 17 && Absolute(at))
                at += 4;
            else
                at++;
        }
    }

    private void Instructions()
    {
        for (var at = range.Start; at < range.End;)
        {
            var found = Instruction.At(old.AsSpan((int)at, (int)(range.End - at)));
            if (found is { Displacement: > 0 and var displacement })
                Relative(at + displacement);
            foreach (var place in (int[])[found?.Distance ?? 0, found?.Number ?? 0])
            {
                if (place > 0 && range.Kind == 17 && U32(at + place) >= LeastAbsolute)
                    AddAbsolute(at + place);
            }
            at += found?.Length ?? 1;
        }
    }

    private bool Relative(long at)
    {
        var target = (ulong)(at + toAddress) + 4 + (ulong)(int)U32(at);
        if (!map.IsInImage(target))
            return false;
        if (at >= range.Start + 2 && old[at - 2] == 0x8D && IsOperand(old[at - 1])
            && map.OldPlace(target) is { } place)
            _loaded.Add(place);
        Add(at, j => tables.Find(target) is { } found && map.NewAddress(j) is { } own ? found - own - 4 : null,
            new FieldLesson(target, (made, j) => map.NewAddress(j) is { } own
                ? own + 4 + (ulong)BitConverter.ToInt32(made, (int)j) : null));
        return true;
    }

    private static bool IsOperand(byte value) => (value & 0xC7) == 5;

    private bool Absolute(long at)
    {
        var target = (ulong)U32(at);
        if (at < range.Start + 2 || target < LeastAbsolute || !map.IsInImage(target))
            return false;
        var (x, y) = (old[at - 2], old[at - 1]);
        if ((y & 0xF8) != 0xB8 && y is not 0x68 and not 0x3D && (y & 7) != 5 && (y & 0xC0) != 0x80
            && x is not 0x81 and not 0xC7)
            return false;
        AddAbsolute(at);
        return true;
    }

    private void AddAbsolute(long at)
    {
        var target = (ulong)U32(at);
        if (map.IsInImage(target))
            Add(at, _ => tables.Find(target),
                new FieldLesson(target, (made, j) => BitConverter.ToUInt32(made, (int)j)));
    }
}
