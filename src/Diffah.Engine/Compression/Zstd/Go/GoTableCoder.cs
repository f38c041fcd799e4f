using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Decides by which table one kind of codes is written in a block.</summary>
internal sealed class GoTableCoder
{
    private const int MaximumLog = 8;

    // What a new table must save is 16 bytes before the sixteenth.
    private const int Penalty = 2 * 8 * 16;

    private readonly GoTable _predefined = new();
    private GoTable _new = new();
    private GoTable _last = new();
    private GoTable? _beforeLast;
    private GoTable? _spare;
    private int _code;

    public GoTableCoder(SequenceKind kind) =>
        _predefined.Build(kind.Predefined.Counts, kind.Predefined.AccuracyLog);

    /// <summary>How the table is said in the block that is being made.</summary>
    public ZstdTableMode Mode { get; private set; }

    /// <summary>The table of that block.</summary>
    public FseEncodingTable Table { get; private set; } = null!;

    /// <summary>Chooses the table of a block.</summary>
    /// <param name="occurrences">How often each code occurs.</param>
    /// <param name="total">How many codes there are.</param>
    public void Choose(ReadOnlySpan<uint> occurrences, int total)
    {
        occurrences = occurrences[..(occurrences.LastIndexOfAnyExcept(0u) + 1)];
        var last = occurrences.Length - 1;
        if (occurrences[last] == (uint)total)
        {
            _code = last;
            _new.BuildSingle(last);
            (Mode, Table) = (ZstdTableMode.Rle, _new.Encoding);
            return;
        }
        Span<short> counts = stackalloc short[occurrences.Length];
        var log = GoCountNormalizer.Log(occurrences.Length, total, total, MaximumLog);
        if (!GoCountNormalizer.Fill(counts, occurrences, total, log))
            throw new RecipeRefusedException(RecipeRefusal.Corrupt, "The zstd encoder can't make a table here.");
        _new.Build(counts, log);
        var bits = _new.Bits(occurrences) + _new.HeaderBits;
        bits += (bits + Penalty) >> 4;
        var predefined = _predefined.Bits(occurrences);
        var repeated = _last.Bits(occurrences);
        (Mode, Table) = predefined <= repeated && predefined <= bits ? (ZstdTableMode.Predefined, _predefined.Encoding)
            : repeated <= bits ? (ZstdTableMode.Repeat, _last.Encoding)
            : (ZstdTableMode.Fse, _new.Encoding);
    }

    /// <summary>Writes what the block says of its table behind the modes.</summary>
    /// <returns>Bytes that were written.</returns>
    public int WriteTable(Span<byte> output)
    {
        if (Mode == ZstdTableMode.Rle)
        {
            output[0] = (byte)_code;
            return 1;
        }
        return Mode == ZstdTableMode.Fse ? FseCountsWriter.Write(output, _new.Counts, _new.Encoding.Log) : 0;
    }

    /// <summary>The block is in the frame: its table may be used by the next.</summary>
    public void Keep()
    {
        if (Mode != ZstdTableMode.Repeat)
            Replace();
        if (Mode == ZstdTableMode.Predefined)
            _last.Clear();
    }

    /// <summary>Begins a frame: there is no table before.</summary>
    public void Restart()
    {
        Begin();
        _last.Clear();
    }

    /// <summary>Begins a block: what was kept before can't be taken back any more.</summary>
    public void Begin() => (_spare, _beforeLast) = (_beforeLast ?? _spare, null);

    /// <summary>The block that was kept is not in the frame.</summary>
    public void TakeBack()
    {
        if (_beforeLast == null)
            return;
        (_last, _new) = (_beforeLast, _last);
        _beforeLast = null;
    }

    /// <summary>The frame has a block with this table.</summary>
    public void Follow(ZstdTableMode mode, ReadOnlySpan<short> counts, int log)
    {
        (Mode, Table) = (mode, _new.Encoding);
        if (mode == ZstdTableMode.Fse)
            _new.Build(counts, log);
        else if (mode == ZstdTableMode.Rle)
            _new.BuildSingle(0);
        Keep();
    }

    private void Replace()
    {
        _beforeLast = _last;
        _last = _new;
        _new = _spare ?? new GoTable();
        _spare = null;
    }
}
