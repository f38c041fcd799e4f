using System.Numerics;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// An FSE table to decode by (RFC 8878, section 4.1.1). What a state says is in the bits of its entry: 0–15 what the
/// next state is at least, 16–23 how many bits are added to that, 24–31 the symbol.
/// </summary>
/// <param name="maximumLog">The largest accuracy log.</param>
internal sealed class FseDecoder(int maximumLog)
{
    public const int BitsShift = 16;
    public const int SymbolShift = 24;

    private readonly uint[] _entries = new uint[1 << maximumLog];
    private readonly ushort[] _next = new ushort[FseCounts.MaximumSymbols];

    /// <summary>What the states say; as many as there are at the largest accuracy log.</summary>
    public uint[] Entries => _entries;

    /// <summary>There are two to the power of this many states.</summary>
    public int AccuracyLog { get; private set; }

    /// <summary>Makes the table of one state, of a symbol that is the only one.</summary>
    public void Build(byte symbol) => (AccuracyLog, _entries[0]) = (0, (uint)symbol << SymbolShift);

    /// <summary>Makes the table of counts that were read.</summary>
    public void Build(FseCounts counts)
    {
        AccuracyLog = counts.AccuracyLog;
        Spread(counts.Counts);
        var size = 1 << AccuracyLog;
        for (var state = 0; state < size; state++)
        {
            var symbol = _entries[state];
            var next = (uint)_next[symbol]++;
            var bits = AccuracyLog - BitOperations.Log2(next);
            _entries[state] =
                ((next << bits) - (uint)size) | ((uint)bits << BitsShift) | (symbol << SymbolShift);
        }
    }

    /// <summary>Gives each state its symbol.</summary>
    private void Spread(ReadOnlySpan<short> counts)
    {
        var size = 1 << AccuracyLog;
        var top = size - 1;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            _next[symbol] = (ushort)Math.Abs(counts[symbol]);
            if (counts[symbol] < 0)
                _entries[top--] = (uint)symbol;
        }
        var step = (size >> 1) + (size >> 3) + 3;
        var state = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            for (var index = 0; index < counts[symbol]; index++)
            {
                _entries[state] = (uint)symbol;
                do
                {
                    state = (state + step) & (size - 1);
                }
                while (state > top);
            }
        }
    }
}
