using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// What literals and matches cost, in 256ths of a bit, by what was decided before: how zstd's optimal parsers weigh the
/// ways to go on. Statistics are kept from block to block, and count for less then.
/// </summary>
internal sealed unsafe class ZstdPrices
{
    /// <summary>The price of a bit.</summary>
    public const int Bit = 256;

    private const int LargestLiteralLength = 128 * 1024;
    private const int Shortest = 3;

    // That many of the last block are left in the next, log2.
    private const int LiteralsLog = 12;
    private const int OthersLog = 11;

    // Of the first block's literals, that part counts, log2; and each that comes counts that often.
    private const int FirstLiteralsLog = 8;
    private const uint LiteralCount = 2;

    // So that there be fewer sequences; and offsets that are read faster, from this code on.
    private const int MatchHandicap = Bit / 5;
    private const int FarCode = 19;

    private static readonly uint[] FirstLiteralLengths = First(ZstdLengthCodes.LiteralCodes, [4, 2]);
    private static readonly uint[] FirstMatchLengths = First(ZstdLengthCodes.MatchCodes, []);
    private static readonly uint[] FirstOffsets = First(32, [6, 2, 1, 1, 2, 3, 4, 4, 4, 3, 2]);

    private readonly ZstdSymbolPrices _literals = new(256);
    private readonly ZstdSymbolPrices _literalLengths = new(ZstdLengthCodes.LiteralCodes);
    private readonly ZstdSymbolPrices _matchLengths = new(ZstdLengthCodes.MatchCodes);
    private readonly ZstdSymbolPrices _offsets = new(32);
    private bool _isFine;
    private bool _isBegun;
    private int _dearestWeight;

    /// <summary>Forgets all that was.</summary>
    /// <param name="isFine">Prices have fractions of bits, and a far offset is as good as a near one.</param>
    public void Begin(bool isFine) => (_isFine, _isBegun) = (isFine, false);

    /// <summary>Begins a block.</summary>
    /// <param name="content">Its content; that of the first one tells what literals are likely.</param>
    public void BeginBlock(ReadOnlySpan<byte> content)
    {
        if (_isBegun)
        {
            _literals.Scale(LiteralsLog);
            _literalLengths.Scale(OthersLog);
            _matchLengths.Scale(OthersLog);
            _offsets.Scale(OthersLog);
        }
        else
        {
            ResetLiterals(content);
            _literalLengths.Reset(FirstLiteralLengths, _isFine);
            _matchLengths.Reset(FirstMatchLengths, _isFine);
            _offsets.Reset(FirstOffsets, _isFine);
            _isBegun = true;
        }
        Settle();
    }

    /// <summary>Makes prices follow what was added.</summary>
    public void Settle()
    {
        _literals.Settle();
        _literalLengths.Settle();
        _matchLengths.Settle();
        _offsets.Settle();
        _dearestWeight = _literals.Base - Bit;
    }

    /// <summary>A sequence is decided.</summary>
    /// <param name="literals">Its literals.</param>
    /// <param name="offsetValue">1 to 3 for a repeat code, else the offset and 3.</param>
    /// <param name="matchLength">At least 3.</param>
    public void Add(ReadOnlySpan<byte> literals, uint offsetValue, int matchLength)
    {
        foreach (var literal in literals)
            _literals.Add(literal, LiteralCount);
        _literalLengths.Add(ZstdLengthCodes.OfLiterals(literals.Length), 1);
        _offsets.Add(BitOperations.Log2(offsetValue), 1);
        _matchLengths.Add(ZstdLengthCodes.OfMatch(matchLength - Shortest), 1);
    }

    /// <summary>A literal's price, at least a bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfLiteral(byte literal) =>
        _literals.Base - Math.Min(_literals.Weights[literal], _dearestWeight);

    /// <summary>The price of a number of literals, without the literals themselves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfLiteralLength(int length)
    {
        // That many have no code.
        if (length == LargestLiteralLength)
            return Bit + OfLiteralLength(length - 1);
        var code = ZstdLengthCodes.OfLiterals(length);
        return ZstdLengthCodes.LiteralBits(code) * Bit + _literalLengths.Base - _literalLengths.Weights[code];
    }

    /// <summary>The price of an offset, and what each match costs.</summary>
    /// <param name="offsetValue">1 to 3 for a repeat code, else the offset and 3.</param>
    public int OfOffset(uint offsetValue)
    {
        var code = BitOperations.Log2(offsetValue);
        var price = code * Bit + _offsets.Base - _offsets.Weights[code] + MatchHandicap;
        return !_isFine && code > FarCode ? price + (code - FarCode) * 2 * Bit : price;
    }

    /// <summary>The price of a match's length.</summary>
    /// <param name="length">At least 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OfMatchLength(int length)
    {
        var code = ZstdLengthCodes.OfMatch(length - Shortest);
        return ZstdLengthCodes.MatchBits(code) * Bit + _matchLengths.Base - _matchLengths.Weights[code];
    }

    private void ResetLiterals(ReadOnlySpan<byte> content)
    {
        var counts = new uint[256];
        foreach (var literal in content)
            counts[literal]++;
        foreach (ref var count in counts.AsSpan())
            count = (count > 0 ? 1u : 0) + (count >> FirstLiteralsLog);
        _literals.Reset(counts, _isFine);
    }

    private static uint[] First(int symbols, ReadOnlySpan<uint> likely)
    {
        var counts = new uint[symbols];
        Array.Fill(counts, 1u);
        likely.CopyTo(counts);
        return counts;
    }
}
