using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>
/// Codes symbols by finite state entropy, the last symbol first (RFC 8878, section 4.1). A state is a number from the
/// table's size up to twice of it; its lowest bits go out when a symbol leads to the next.
/// </summary>
internal sealed class FseEncodingTable
{
    /// <summary>No table has more states, as a power of two.</summary>
    public const int MaximumLog = 9;

    /// <summary>Symbols are less than this.</summary>
    public const int MaximumSymbols = 64;

    private readonly ushort[] _states = new ushort[1 << MaximumLog];
    private readonly byte[] _spread = new byte[1 << MaximumLog];
    private readonly Step[] _steps = new Step[MaximumSymbols];

    /// <summary>States, as a power of two; 0 where there is one symbol only.</summary>
    public int Log { get; private set; }

    /// <summary>Makes the table by counts.</summary>
    /// <param name="counts">How many states each symbol has; -1 is one state of full length. At most
    /// <see cref="MaximumSymbols"/>.</param>
    /// <param name="log">All states, as a power of two; 5 to <see cref="MaximumLog"/>.</param>
    /// <exception cref="RecipeRefusedException">The counts are not those of a table.</exception>
    public void Build(ReadOnlySpan<short> counts, int log)
    {
        Check(counts, log);
        Log = log;
        Spread(counts);
        var size = 1 << log;
        Span<int> next = stackalloc int[MaximumSymbols];
        var total = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            next[symbol] = total;
            var count = Math.Abs((int)counts[symbol]);
            _steps[symbol] = Step.Of(count, total, log);
            total += count;
        }
        for (var at = 0; at < size; at++)
            _states[next[_spread[at]]++] = (ushort)(size + at);
    }

    /// <summary>Makes the table of one symbol, which takes no bits.</summary>
    public void BuildSingle(int symbol)
    {
        Log = 0;
        _steps[symbol] = default;
        _states[0] = 0;
    }

    /// <summary>The state from which the last symbol is read.</summary>
    public int FirstState(int symbol)
    {
        if (Log == 0)
            return 0;
        ref readonly var step = ref _steps[symbol];
        var bits = (int)((step.BitsDelta + (1 << 15)) >> 16);
        var value = (int)(((uint)bits << 16) - step.BitsDelta);
        return _states[(value >> bits) + step.StateDelta];
    }

    /// <summary>Writes what leads from a symbol to the one behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Encode(ref BackwardBitWriter writer, ref int state, int symbol)
    {
        ref readonly var step = ref _steps[symbol];
        var bits = (int)(((uint)state + step.BitsDelta) >> 16);
        writer.AddLow((uint)state, bits);
        state = _states[(state >> bits) + step.StateDelta];
    }

    /// <summary>Writes the state that reading begins with.</summary>
    public void Finish(ref BackwardBitWriter writer, int state) => writer.AddLow((uint)state, Log);

    /// <summary>The most bits that a symbol takes, as a number of 16 bits after the point, less the lowest state that
    /// takes so many. Who estimates costs may want it.</summary>
    public uint BitsDelta(int symbol) => _steps[symbol].BitsDelta;

    private static void Check(ReadOnlySpan<short> counts, int log)
    {
        var total = 0;
        foreach (var count in counts)
            total += count < -1 ? 1 << 20 : Math.Abs((int)count);
        if (log is < 5 or > MaximumLog || counts.Length > MaximumSymbols || total != 1 << log)
            throw new RecipeRefusedException(RecipeRefusal.Corrupt, "A table's counts don't fill it.");
    }

    private void Spread(ReadOnlySpan<short> counts)
    {
        var size = 1 << Log;
        var high = size - 1;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] == -1)
                _spread[high--] = (byte)symbol;
        }
        var step = (size >> 1) + (size >> 3) + 3;
        var at = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            for (var i = 0; i < counts[symbol]; i++)
            {
                _spread[at] = (byte)symbol;
                do
                    at = (at + step) & (size - 1);
                while (at > high);
            }
        }
    }

    private readonly struct Step(uint bitsDelta, int stateDelta)
    {
        public readonly uint BitsDelta = bitsDelta;
        public readonly int StateDelta = stateDelta;

        public static Step Of(int count, int before, int log)
        {
            if (count <= 1)
                return new Step(((uint)log << 16) - (1u << log), before - 1);
            var bits = log - BitOperations.Log2((uint)count - 1);
            return new Step(((uint)bits << 16) - ((uint)count << bits), before - count);
        }
    }
}
