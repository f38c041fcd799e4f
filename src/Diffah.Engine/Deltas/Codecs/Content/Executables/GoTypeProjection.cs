namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Predicts the offsets in Go's descriptions of types, without reading their structure. A method is known by its two
/// last numbers of four bytes, which are both begins of functions; before them are its name and its type. Behind an
/// address, a type has its name and the type of its pointers.
/// </summary>
internal sealed class GoTypeProjection(AddressMap map, OldFields fields)
{
    private const int Word = sizeof(uint);

    private readonly BitSet? _begins = fields.GoFunctions?.Marks;
    private readonly int _text = fields.GoFunctions is { Bases.Length: > 0 } functions ? functions.Bases[0] : 0;

    public void Predict(ref FieldBlock block, FieldRange range, int from, int to)
    {
        for (var place = (from + Word - 1) & ~(Word - 1); place < to && place <= range.End - Word; place += Word)
        {
            var value = block.ReadUInt32(place);
            if (value == 0 || IsInPointer(ref block, range, place))
                continue;
            if (IsBegin(value)
                && (IsBeginAt(ref block, range, place + Word) || IsBeginAt(ref block, range, place - Word)))
                PredictOffset(ref block, place, value, _text);
            else if (value < range.End - (long)range.Base && IsType(ref block, range, place, value))
                PredictOffset(ref block, place, value, range.Base);
        }
    }

    private void PredictOffset(ref FieldBlock block, int place, uint value, int start)
    {
        var old = start + (long)value;
        if (old > int.MaxValue)
            return;
        var (target, newStart) = (map.Intervals.Map((int)old), map.Intervals.Map(start));
        if (target >= 0 && newStart >= 0)
            block.PutUInt32(place, (uint)(target - newStart));
    }

    private bool IsType(ref FieldBlock block, FieldRange range, int place, uint value) =>
        !IsUncommon(ref block, range, place - Word)
        && (IsInMethod(ref block, range, place) || IsBehindPointer(ref block, range, place)
            || IsUncommon(ref block, range, place) || IsStackObject(ref block, range, place)
            || IsPaired(ref block, range, place, value));

    /// <summary>A package's name, before the counts of methods, where they are, and a zero.</summary>
    private static bool IsUncommon(ref FieldBlock block, FieldRange range, int place)
    {
        if (place < range.Start || place > range.End - 4 * Word)
            return false;
        var counts = block.ReadUInt32(place + Word);
        return block.ReadUInt32(place + 3 * Word) == 0 && block.ReadUInt32(place + 2 * Word) is >= 16 and < 4096
            && (counts & 0xFFFF) >= counts >> 16 && (counts & 0xFFFF) < 1024;
    }

    /// <summary>Where a variable on the stack has pointers, behind its place, size and part with pointers.</summary>
    private static bool IsStackObject(ref FieldBlock block, FieldRange range, int place)
    {
        if (place < range.Start + 3 * Word)
            return false;
        var size = block.ReadUInt32(place - 2 * Word);
        var pointers = block.ReadUInt32(place - Word);
        return block.ReadInt32(place - 3 * Word) is < 0 and > -0x10_0000
            && pointers > 0 && pointers <= size && size < 0x10_0000 && (size | pointers) % 8 == 0;
    }

    /// <summary>A method of an interface: its name, and its type, which begins at a multiple of 32.</summary>
    private static bool IsPaired(ref FieldBlock block, FieldRange range, int place, uint value) =>
        value % 32 == 0 && value >= 0x1000 && place >= range.Start + Word
        && block.ReadUInt32(place - Word) is > 0 and var name && name < range.End - (long)range.Base;

    private bool IsInMethod(ref FieldBlock block, FieldRange range, int place) =>
        IsBeginAt(ref block, range, place + 2 * Word)
        && (IsBeginAt(ref block, range, place + Word) || IsBeginAt(ref block, range, place + 3 * Word));

    private bool IsBehindPointer(ref FieldBlock block, FieldRange range, int place) =>
        IsPointerAt(ref block, range, (place & ~7) - 8);

    private bool IsInPointer(ref FieldBlock block, FieldRange range, int place) =>
        IsPointerAt(ref block, range, place & ~7);

    private bool IsPointerAt(ref FieldBlock block, FieldRange range, int place) =>
        place >= range.Start && place <= range.End - sizeof(long)
        && TableProjection.IsPointer(map, block.ReadInt64(place));

    private bool IsBeginAt(ref FieldBlock block, FieldRange range, int place) =>
        place >= range.Start && place <= range.End - Word && IsBegin(block.ReadUInt32(place));

    private bool IsBegin(uint value) =>
        value != 0 && value % GoFields.Alignment == 0
        && _begins is { } begins && begins.Has(value / GoFields.Alignment);
}
