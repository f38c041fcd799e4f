namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Reads the tables of one kind of codes, and keeps the one used last.</summary>
/// <param name="codes">The codes.</param>
internal sealed class SequenceTableReader(SequenceKind codes)
{
    private readonly FseDecoder _own = new(codes.MaximumLog);
    private readonly FseDecoder _predefined = Predefined(codes);

    /// <summary>The codes.</summary>
    public SequenceKind Codes => codes;

    /// <summary>The table to decode by; null where the frame had none yet.</summary>
    public FseDecoder? Current { get; private set; }

    /// <summary>Begins a frame.</summary>
    public void Forget() => Current = null;

    /// <summary>Reads a table.</summary>
    /// <param name="mode">Where it comes from.</param>
    /// <param name="bytes">It begins here, if it is in the block.</param>
    /// <param name="table">Takes what the block says of it.</param>
    /// <returns>How many bytes it takes.</returns>
    /// <exception cref="RecipeRefusedException">There is no such table.</exception>
    public int Read(ZstdTableMode mode, ReadOnlySpan<byte> bytes, ZstdSequenceTable table)
    {
        table.Mode = mode;
        switch (mode)
        {
            case ZstdTableMode.Predefined:
                Current = _predefined;
                return 0;
            case ZstdTableMode.Repeat:
                if (Current is null)
                    throw Refusals.Corrupt("the first sequences have no table");
                return 0;
            case ZstdTableMode.Rle:
                ReadOnly(bytes, table);
                return 1;
            default:
                var length = FseCountsReader.Read(bytes, table.Counts, codes.MaximumLog, codes.Count);
                _own.Build(table.Counts);
                Current = _own;
                return length;
        }
    }

    private void ReadOnly(ReadOnlySpan<byte> bytes, ZstdSequenceTable table)
    {
        if (bytes.IsEmpty)
            throw Refusals.CutShort();
        if (bytes[0] >= codes.Count)
            throw Refusals.Corrupt("there is no such code");
        table.OnlyCode = bytes[0];
        _own.Build(bytes[0]);
        Current = _own;
    }

    private static FseDecoder Predefined(SequenceKind codes)
    {
        var decoder = new FseDecoder(codes.MaximumLog);
        decoder.Build(codes.Predefined);
        return decoder;
    }
}
