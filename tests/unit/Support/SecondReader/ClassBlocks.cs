namespace Diffah.Tests.Support.SecondReader;

/// <summary>A block of predicted bytes.</summary>
/// <param name="Old">The old file.</param>
/// <param name="OldPlace">Where the block is in it.</param>
/// <param name="Place">Where it is in the new file.</param>
/// <param name="Start">Where what the operation copies begins in the new file.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Made">The new file, right up to the block.</param>
/// <param name="Bytes">The block; its bytes are put right.</param>
/// <param name="Fields">Fields that were predicted in it, in any order.</param>
/// <param name="KindOf">The kind of the range in which a place of the old file lies.</param>
internal sealed record CopiedBlock(
    byte[] Old, int OldPlace, int Place, int Start, int End, byte[] Made, byte[] Bytes,
    List<PredictedField> Fields, Func<int, uint> KindOf);

/// <summary>Where bytes are inserted.</summary>
/// <param name="Old">The old file.</param>
/// <param name="Behind">The old place behind what the operation copies.</param>
/// <param name="Before">The old place that the next operation copies from, or the old file's end.</param>
/// <param name="Place">Where they begin in the new file.</param>
internal sealed record Insertion(byte[] Old, int Behind, int Before, int Place);

/// <summary>What a class is told by: streams, or models.</summary>
internal interface IClassBytes
{
    List<Operation> Operations(OperationStyle style, int length, byte[] old);

    /// <summary>A file begins.</summary>
    void Begin(byte[] old, List<Operation> operations);

    /// <summary>Puts predicted bytes right.</summary>
    void Correct(CopiedBlock block);

    /// <summary>Puts inserted bytes into a file.</summary>
    /// <param name="made">The file, up to where they begin.</param>
    /// <param name="length">How many.</param>
    /// <param name="insertion">Where.</param>
    void Insert(byte[] made, int length, Insertion insertion);

    /// <summary>Nothing may be left of the models' streams.</summary>
    void RequireEnd();
}

/// <summary>A class of a patch without models.</summary>
internal sealed class PlainClass(PatchStreams streams, int number) : IClassBytes
{
    private readonly OperationReader _operations = new(streams, number);
    private readonly CorrectionReader _corrections = new(streams, number);

    public List<Operation> Operations(OperationStyle style, int length, byte[] old) =>
        _operations.Read(style, length, old);

    public void Begin(byte[] old, List<Operation> operations)
    {
    }

    public void Correct(CopiedBlock block) => _corrections.Correct(block.Bytes, block.Fields);

    public void Insert(byte[] made, int length, Insertion insertion) =>
        streams[7, number].Take(length).CopyTo(made, insertion.Place);

    public void RequireEnd()
    {
    }
}

/// <summary>A class of a patch with models (context-mixing.md, "The models of a class").</summary>
internal sealed class ModelledClass : IClassBytes
{
    private const int FullBit = 128;

    private readonly List<RangeReader> _coders = [];
    private readonly MixedOperations _operations;
    private readonly MixedCorrections _corrections;
    private readonly MixedLiterals? _literals;
    private readonly PatchCursor _plain;

    public ModelledClass(PatchStreams streams, int number)
    {
        var (coder, slotBits, _) = Open(streams, 1, number);
        _operations = new MixedOperations(coder, slotBits);
        (coder, slotBits, var isFull) = Open(streams, 6, number);
        _corrections = new MixedCorrections(coder, isFull, slotBits);
        _plain = streams[7, number];
        if (!streams.IsModelled(7, number))
            return;
        (coder, slotBits, isFull) = Open(streams, 7, number);
        _literals = new MixedLiterals(coder, isFull, slotBits, number);
    }

    public List<Operation> Operations(OperationStyle style, int length, byte[] old) =>
        _operations.Read(style != OperationStyle.Lengths, length, old);

    public void Begin(byte[] old, List<Operation> operations)
    {
        _corrections.Begin();
        _literals?.Begin(old, operations.Sum(o => (long)o.Insert));
    }

    public void Correct(CopiedBlock block) => _corrections.Correct(block);

    public void Insert(byte[] made, int length, Insertion insertion)
    {
        if (_literals is null)
            _plain.Take(length).CopyTo(made, insertion.Place);
        else
            _literals.Insert(made, length, insertion);
    }

    public void RequireEnd() => _coders.ForEach(c => c.RequireEnd());

    private (RangeReader Coder, int SlotBits, bool IsFull) Open(PatchStreams streams, int kind, int number)
    {
        if (!streams.IsModelled(kind, number))
            throw new InvalidDataException($"stream {kind}, {number} is not coded by a model");
        var stream = streams[kind, number];
        var bytes = stream.Take(stream.Left);
        var (slotBits, isFull) = (bytes[0] & ~FullBit, (bytes[0] & FullBit) != 0);
        if (slotBits is < 12 or > 22)
            throw new InvalidDataException("a model is too large or too small");
        var coder = new RangeReader(bytes, start: 1);
        _coders.Add(coder);
        return (coder, slotBits, isFull);
    }
}
