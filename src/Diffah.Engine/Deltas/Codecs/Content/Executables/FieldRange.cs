namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A range of a file whose fields are of one kind.</summary>
/// <param name="Kind">What is in it.</param>
/// <param name="Start">Where it begins in the file.</param>
/// <param name="Length">How many bytes it has, at least one.</param>
/// <param name="Base">What offsets in it count from, for the kinds that have such: a place in the file.</param>
internal readonly record struct FieldRange(RangeKind Kind, int Start, int Length, int Base = 0)
{
    public int End => Start + Length;

    public bool HasBase => Kind is RangeKind.Symbols or RangeKind.Offsets or RangeKind.Relocations
        or RangeKind.SymbolIndexes or RangeKind.GoFunctions or RangeKind.GoTypes;

    public bool IsX64Code => Kind is RangeKind.X64Code or RangeKind.X64FixedCode;

    /// <summary>A file has at most one of this kind: its fields are kept as a list.</summary>
    public bool IsSingle => Kind is RangeKind.UnwindRecords or RangeKind.GoFunctions;
}
