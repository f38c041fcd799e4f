namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Where the fields of an old file are: found once, by the layout and the file's bytes.</summary>
internal sealed class OldFields
{
    private const int BaseUnit = 4;

    private readonly RangeFields[] _ranges;
    private readonly bool _readsInstructions;

    /// <param name="old">The file.</param>
    /// <param name="ranges">Its ranges.</param>
    /// <param name="segments">Its segments.</param>
    /// <param name="readsInstructions">Fields of code of x86-64 are those of instructions.</param>
    public OldFields(
        ReadOnlySpan<byte> old, IReadOnlyList<FieldRange> ranges, SegmentTable segments,
        bool readsInstructions = false)
    {
        _readsInstructions = readsInstructions;
        _ranges = [.. ranges.Select(range => new RangeFields(range, segments))];
        var tables = _ranges.Where(r => r.Range.Kind == RangeKind.JumpTables && r.Address >= 0).ToArray();
        foreach (var fields in _ranges)
            Find(old, fields, segments, tables);
        foreach (var code in _ranges.Where(r => r.Range.IsX64Code && r.Address >= 0))
        {
            CodeFirst = CodeFirst < 0 ? code.Address : CodeFirst;
            CodeEnd = code.Address + code.Range.Length;
        }
    }

    public ReadOnlySpan<RangeFields> Ranges => _ranges;

    /// <summary>The table of Go's functions, if there is one.</summary>
    public RangeFields? GoFunctions => Array.Find(_ranges, r => r.Range.Kind == RangeKind.GoFunctions);

    /// <summary>The address of the first instruction, and that behind the last.</summary>
    public long CodeFirst { get; } = -1;

    public long CodeEnd { get; }

    /// <summary>Sets all displacements in code to zero, in a copy of the file.</summary>
    public void ZeroCode(Span<byte> file)
    {
        foreach (var fields in _ranges)
        {
            var code = file.Slice(fields.Range.Start, fields.Range.Length);
            if (fields.Range.IsX64Code)
                ZeroX64(code, fields.Marks!);
            if (fields.Addresses is { } addresses)
                ZeroX64(code, addresses);
            if (fields.Range.Kind == RangeKind.Arm64Code)
                Arm64Zero.Clear(code);
        }
    }

    private static void ZeroX64(Span<byte> code, BitSet marks)
    {
        for (var at = marks.Next(0, code.Length); at < code.Length; at = marks.Next(at + 1, code.Length))
            code.Slice(at, X64Scan.FieldLength).Clear();
    }

    private void Find(
        ReadOnlySpan<byte> old, RangeFields fields, SegmentTable segments, RangeFields[] tables)
    {
        var range = fields.Range;
        if (range.IsX64Code)
        {
            fields.Marks = new(range.Length);
            fields.Addresses = range.Kind == RangeKind.X64FixedCode ? new(range.Length) : null;
            if (fields.Address >= 0)
                FindX64(old.Slice(range.Start, range.Length), fields, segments, tables);
        }
        else if (range.Kind == RangeKind.UnwindRecords)
            fields.List = UnwindFields.Find(old, range);
        else if (range.Kind == RangeKind.GoFunctions)
            GoFields.Find(old, fields, segments);
        else if (range.Kind == RangeKind.JumpTables)
            fields.Marks ??= new(range.Length / BaseUnit + 1);
    }

    private void FindX64(ReadOnlySpan<byte> code, RangeFields fields, SegmentTable segments, RangeFields[] tables)
    {
        Action<long>? loaded = tables.Length == 0 ? null : address => MarkBase(tables, address);
        if (_readsInstructions)
            X64Scan.MarkInstructions(code, fields.Address, segments, fields.Marks!, fields.Addresses, loaded);
        else
            X64Scan.Mark(code, fields.Address, segments, fields.Marks!, fields.Addresses, loaded);
    }

    private static void MarkBase(RangeFields[] tables, long address)
    {
        foreach (var table in tables)
        {
            var distance = address - table.Address;
            if ((ulong)distance >= (ulong)table.Range.Length || distance % BaseUnit != 0)
                continue;
            table.Marks ??= new(table.Range.Length / BaseUnit + 1);
            table.Marks.Set((int)distance / BaseUnit);
        }
    }
}
