using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Where the decoding of one kind of codes stands.</summary>
internal struct SequenceState
{
    private readonly uint[] _entries;
    private readonly byte[] _bits;
    private readonly uint[] _bases;
    private uint _entry;

    /// <summary>Takes the first state.</summary>
    public SequenceState(SequenceTableReader table, ref BackwardBits bits)
    {
        var decoder = table.Current!;
        (_entries, _bits, _bases) = (decoder.Entries, table.Codes.Bits, table.Codes.Bases);
        _entry = _entries[(int)bits.Take(decoder.AccuracyLog)];
    }

    /// <summary>Takes what the code stands for; its bits are at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Value(ref BackwardBits bits)
    {
        var code = (int)(_entry >> FseDecoder.SymbolShift);
        return _bases[code] + bits.Take(_bits[code]);
    }

    /// <summary>Takes the next state; its bits are at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref BackwardBits bits) =>
        _entry = _entries[(int)((_entry & 0xFFFF) + bits.Take((int)(_entry >> FseDecoder.BitsShift) & 0xFF))];
}
