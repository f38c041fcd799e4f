using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// Predicts the bytes of a new executable from those of an old one: a copy, in which fields that hold addresses are
/// told as they will be in the new file. A wrong prediction costs bytes, and nothing else.
/// </summary>
/// <remarks>
/// Blocks come in the order of the new file. A block doesn't go over a multiple of <see cref="WindowLength"/> of the
/// new file. All new bytes are told by <see cref="Learn"/>, also those that are not predicted.
/// </remarks>
internal sealed class FieldProjector
{
    public const int WindowLength = FieldLearner.WindowLength;

    private readonly ExecutableLayout _layout;
    private readonly OldFields _fields;
    private readonly AddressMap _map;
    private readonly FieldLearner _learner;
    private readonly CodeProjection _code;
    private readonly TableProjection _tables;
    private readonly HeaderProjection _headers;
    private readonly GoTypeProjection _types;
    private readonly byte[] _carry = new byte[sizeof(ulong)];
    private readonly int _oldLength;
    private readonly int _newLength;
    private int _carryCount;
    private int _oldEnd;
    private int _newEnd;
    private int _learned;

    public FieldProjector(
        ExecutableLayout layout, ReadOnlySpan<byte> old, int newLength, IReadOnlyList<PatchOp> ops,
        OldFields? fields = null)
    {
        (_layout, _oldLength, _newLength) = (layout, old.Length, newLength);
        _fields = fields ?? new OldFields(old, layout.Ranges, layout.OldSegments, layout.ReadsInstructions);
        _map = new(layout, IntervalMap.Create(ops, old.Length), newLength);
        if (layout.HasCodedSlots)
            _map.Relocations!.Use(new CodedSlots(layout, old, _map), layout.OldGot.Length / sizeof(long));
        _learner = new(_map, layout.NewSegments);
        _code = new(_map, _learner, layout.NewSegments);
        _tables = new(_map, _learner, layout.NewSegments, _fields);
        _types = new(_map, _fields);
        _headers = new(_map, layout.OldSegments, layout.NewSegments);
    }

    public IntervalMap Intervals => _map.Intervals;

    /// <summary>How long a block at a place of the new file may be.</summary>
    public static int BlockLength(int newPosition, int left) =>
        Math.Min(left, WindowLength - (newPosition & (WindowLength - 1)));

    /// <summary>Predicts one block of what an operation copies.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="newPosition">Where the block is in the new file.</param>
    /// <param name="oldPosition">Where it is in the old file.</param>
    /// <param name="predicted">Takes its bytes.</param>
    /// <param name="fields">Takes a byte for each: at the first of a predicted field its width, else 0.</param>
    public void Predict(
        ReadOnlySpan<byte> old, int newPosition, int oldPosition, Span<byte> predicted, Span<byte> fields)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(old.Length, _oldLength);
        ArgumentOutOfRangeException.ThrowIfNegative(newPosition);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(predicted.Length, _newLength - newPosition);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(predicted.Length, BlockLength(newPosition, WindowLength));
        old.Slice(oldPosition, predicted.Length).CopyTo(predicted);
        fields[..predicted.Length].Clear();
        ClearDerived(oldPosition, predicted);
        var isNext = newPosition == _newEnd && oldPosition == _oldEnd;
        if (!isNext)
            Cut();
        var carried = Math.Min(_carryCount, predicted.Length);
        _carry.AsSpan(0, carried).CopyTo(predicted);
        _carry.AsSpan(carried, _carryCount - carried).CopyTo(_carry);
        var block = new FieldBlock(old, oldPosition, newPosition - oldPosition, predicted, fields, _carry);
        PredictFields(ref block);
        _carryCount = Math.Max(_carryCount - carried, block.CarryCount);
        (_oldEnd, _newEnd) = (oldPosition + predicted.Length, newPosition + predicted.Length);
    }

    /// <summary>Says in which kinds of ranges the bytes of a block are.</summary>
    /// <param name="oldPosition">Where the block is in the old file.</param>
    /// <param name="kinds">Takes a kind for each byte; 0 for none.</param>
    public void TellKinds(int oldPosition, Span<byte> kinds)
    {
        kinds.Clear();
        foreach (var range in _layout.Ranges)
        {
            var from = Math.Max(oldPosition, range.Start);
            var to = Math.Min(oldPosition + kinds.Length, range.End);
            if (from < to)
                kinds[(from - oldPosition)..(to - oldPosition)].Fill((byte)range.Kind);
        }
    }

    /// <summary>The next bytes of the new file, as they are.</summary>
    public void Learn(int newPosition, ReadOnlySpan<byte> actual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(newPosition, _learned);
        if (newPosition >= _newEnd)
            Cut();
        _learner.Take(newPosition, actual);
        _learned += actual.Length;
    }

    private void PredictFields(ref FieldBlock block)
    {
        foreach (var fields in _fields.Ranges)
        {
            var from = Math.Max(block.Position, fields.Range.Start);
            var to = Math.Min(block.End, fields.Range.End);
            if (from < to)
                PredictRange(ref block, fields, from, to);
        }
    }

    private void PredictRange(ref FieldBlock block, RangeFields fields, int from, int to)
    {
        switch (fields.Range.Kind)
        {
            case RangeKind.ElfHeader:
                _headers.PredictElf(ref block, fields.Range, from, to);
                break;
            case RangeKind.ProgramHeaders:
                _headers.PredictPrograms(ref block, fields.Range, from, to);
                break;
            case RangeKind.SectionHeaders:
                _headers.PredictSections(ref block, fields.Range, from, to);
                break;
            case RangeKind.X64Code or RangeKind.X64FixedCode:
                _code.PredictX64(ref block, fields, from, to);
                break;
            case RangeKind.Arm64Code:
                _code.PredictArm64(ref block, fields, from, to);
                break;
            case RangeKind.Pointers or RangeKind.Got:
                _tables.PredictPointers(ref block, fields.Range, from, to);
                break;
            case RangeKind.Relocations:
                _tables.PredictRelocations(ref block, fields.Range, from, to);
                break;
            case RangeKind.Symbols:
                _tables.PredictSymbols(ref block, fields.Range, from, to);
                break;
            case RangeKind.UnwindRecords or RangeKind.GoFunctions:
                _tables.PredictList(ref block, fields, from, to);
                break;
            case RangeKind.UnwindSearch:
                if (_layout.Derived is not null)
                    to = Math.Min(to, fields.Range.Start + SearchTable.HeaderLength);
                _tables.PredictSearch(ref block, fields, from, to);
                break;
            case RangeKind.JumpTables:
                _tables.PredictJumps(ref block, fields, from, to);
                break;
            case RangeKind.Offsets:
                _tables.PredictOffsets(ref block, fields.Range, from, to);
                break;
            case RangeKind.GoTypes:
                _tables.PredictPointers(ref block, fields.Range, from, to);
                _types.Predict(ref block, fields.Range, from, to);
                break;
            case RangeKind.SymbolIndexes:
                _tables.PredictSymbolIndexes(ref block, fields.Range, from, to);
                break;
        }
    }

    /// <summary>For who has the whole new file: what its relocations say, before any of its blocks.</summary>
    public void LearnRelocations(ReadOnlySpan<byte> @new)
    {
        if (_map.Relocations is not { } relocations)
            return;
        relocations.Use(null, 0);
        relocations.Take(0, @new);
        relocations.Show();
    }

    private void Cut()
    {
        if (_carryCount > 0)
            _learner.Cut(_newEnd);
        _carryCount = 0;
    }

    private void ClearDerived(int position, Span<byte> predicted)
    {
        if (_layout.Derived is not { } derived)
            return;
        var from = Math.Max(position, derived.OldTable.Start);
        var to = Math.Min(position + predicted.Length, derived.OldTable.End);
        if (from < to)
            predicted[(from - position)..(to - position)].Clear();
    }
}
