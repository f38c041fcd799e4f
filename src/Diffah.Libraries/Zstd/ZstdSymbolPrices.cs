using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// How often the symbols of one alphabet came, and what one of them costs by that: the more often, the less. Prices are
/// in 256ths of a bit.
/// </summary>
internal sealed unsafe class ZstdSymbolPrices
{
    private const int AccuracyLog = 8;

    private readonly uint[] _counts;
    private readonly int[] _weights;
    private bool _isFine;
    private uint _sum;

    /// <param name="symbols">Symbols of the alphabet.</param>
    public ZstdSymbolPrices(int symbols)
    {
        _counts = new uint[symbols];
        // They don't move, so that the hot loops need no check of an index.
        _weights = GC.AllocateArray<int>(symbols, pinned: true);
        Weights = (int*)Unsafe.AsPointer(ref _weights[0]);
    }

    /// <summary>What a symbol costs that never came.</summary>
    public int Base { get; private set; }

    /// <summary>What each symbol is cheaper than <see cref="Base"/>.</summary>
    public int* Weights { get; }

    /// <summary>Begins anew.</summary>
    /// <param name="counts">How often each symbol is taken to have come.</param>
    /// <param name="isFine">Prices have fractions of bits.</param>
    public void Reset(ReadOnlySpan<uint> counts, bool isFine)
    {
        _isFine = isFine;
        _sum = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            Put(i, counts[i]);
            _sum += counts[i];
        }
    }

    /// <summary>Lets a symbol have come some more times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int symbol, uint times)
    {
        Put(symbol, _counts[symbol] + times);
        _sum += times;
    }

    /// <summary>Makes what was before count for less, where it is much.</summary>
    /// <param name="log">About what is left of the sum, log2.</param>
    public void Scale(int log)
    {
        var factor = _sum >> log;
        if (factor <= 1)
            return;
        var shift = BitOperations.Log2(factor);
        _sum = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            Put(i, 1 + (_counts[i] >> shift));
            _sum += _counts[i];
        }
    }

    /// <summary>Makes prices follow the sum of what came. Until then only the weights do.</summary>
    public void Settle() => Base = Weight(_sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(int symbol, uint count) => (_counts[symbol], _weights[symbol]) = (count, Weight(count));

    // About the logarithm, straight between the powers of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Weight(uint count)
    {
        var log = BitOperations.Log2(count + 1);
        var whole = log << AccuracyLog;
        return _isFine ? whole + (int)((count + 1) << AccuracyLog >> log) : whole;
    }
}
