namespace Diffah.Tests.Support.SecondReader;

/// <summary>Predicts addresses of an executable while it is made: a second reader of docs/executables.md.</summary>
internal sealed class Projector
{
    private readonly ExecutableLayout _layout;
    private readonly AddressTables _tables;
    private readonly OldField[] _fields;
    private readonly List<(OldField Field, long At)> _unlearned = [];
    private readonly SortedDictionary<int, (ulong Value, int Width)> _begun = [];
    private byte[] _made;
    private int _operationEnd = -1;

    public Projector(ExecutableLayout layout, byte[] old, int newLength, List<Operation> operations)
    {
        _layout = layout;
        Old = [.. old];
        // Bytes of the old derived table are told as zeros.
        if (layout.NewDerived is not null)
            Old.AsSpan((int)layout.OldDerived.Start, (int)layout.OldDerived.Length).Clear();
        var map = new PlaceMap(layout, old.Length, operations);
        _tables = new AddressTables(layout, map, old, newLength);
        _made = new byte[newLength];
        _fields = [.. new OldFieldFinder(layout, old, map, _tables).Find().OrderBy(f => f.At)];
    }

    /// <summary>The old file as it is told by.</summary>
    public byte[] Old { get; }

    /// <summary>Puts predictions into a block of copied bytes.</summary>
    /// <param name="block">The old bytes.</param>
    /// <param name="at">Where the block is in the new file.</param>
    /// <param name="old">Where it is in the old file.</param>
    /// <param name="oldEnd">Where in the old file the operation ends.</param>
    public List<PredictedField> Predict(byte[] block, int at, int old, int oldEnd)
    {
        _tables.Advance(_made, at);
        if (old != _operationEnd)
            _begun.Clear();
        _operationEnd = old + block.Length;
        for (var i = LowerBound(old); i < _fields.Length && _fields[i].At < old + block.Length; i++)
        {
            var field = _fields[i];
            var place = at + field.At - old;
            if (field.Predict(place) is not { } value)
                continue;
            _begun[field.At] = (value, field.Width);
            if (field.Learn is not null && !field.IsTaught(place) && field.At + field.Width <= oldEnd)
                _unlearned.Add((field, place));
        }
        var predicted = new List<PredictedField>();
        foreach (var (start, (value, width)) in _begun)
        {
            for (var i = 0; i < width; i++)
            {
                if (start + i >= old && start + i < old + block.Length)
                    block[start + i - old] = (byte)(value >> (8 * i));
            }
            if (start >= old && start + width <= old + block.Length)
                predicted.Add(new PredictedField(start - old, width));
        }
        foreach (var done in _begun.Keys.Where(s => s + _begun[s].Width <= old + block.Length).ToArray())
            _begun.Remove(done);
        return predicted;
    }

    /// <summary>The kind of the range in which a place of the old file lies; 0 for none.</summary>
    public uint KindOf(int place) =>
        (uint)_layout.Ranges.FirstOrDefault(r => place >= r.Start && place < r.End).Kind;

    /// <summary>The new file is made up to a place.</summary>
    public void Learn(byte[] made, int end)
    {
        _made = made;
        foreach (var (field, place) in _unlearned.Where(u => u.At + u.Field.Width <= end).ToArray())
        {
            if (field.Learn!.Target(made, place) is { } target)
                _tables.Learn((place + field.Width + 255) / 256 * 256, field.Learn.Old, target);
            _unlearned.Remove((field, place));
        }
    }

    /// <summary>Writes what is made at the end: relocations that were coded, and the search table.</summary>
    public void Derive(byte[] made)
    {
        var (start, length) = ((int)_layout.Relocations.Start, (int)_layout.Relocations.Length);
        _tables.NewCodedSlots()?.DecodeAll(made.AsSpan(start, length));
        if (_layout.NewDerived is not { } table)
            return;
        var entries = FrameRecords.Search(_layout, made).Order().ToArray();
        if (entries.Length * 8L != table.Length)
            throw new InvalidDataException("the records do not fill the derived table");
        for (var i = 0; i < entries.Length; i++)
        {
            BitConverter.TryWriteBytes(made.AsSpan((int)table.Start + 8 * i), entries[i].Begin);
            BitConverter.TryWriteBytes(made.AsSpan((int)table.Start + 8 * i + 4), entries[i].Record);
        }
    }

    private int LowerBound(int place)
    {
        var (low, high) = (0, _fields.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _fields[middle].At < place ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
