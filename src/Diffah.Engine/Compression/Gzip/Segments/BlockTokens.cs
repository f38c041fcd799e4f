using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The tokens of a block: matches, each with the number of literals before it, and the literals.</summary>
internal sealed class BlockTokens : IDisposable
{
    private const int MaxMatches = 32768;

    // Short runs of literals are copied as 16 bytes.
    private const int Overrun = 16;
    private const int MaxLiterals = 65536;

    private readonly byte[] _literals = ArrayPool<byte>.Shared.Rent(MaxLiterals + Overrun);
    private readonly ulong[] _matches = ArrayPool<ulong>.Shared.Rent(MaxMatches + 1);
    private readonly int[] _symbolCounts = new int[DeflateAlphabet.Literals];
    private readonly int[] _distanceCounts = new int[DeflateAlphabet.Distances];
    private int _literalCount;
    private int _matchCount;
    private int _literalsBeforeMatch;

    public int Count => _literalCount + _matchCount;

    public int LiteralCount => _literalCount;

    public ReadOnlySpan<byte> Literals => _literals.AsSpan(0, _literalCount);

    public ReadOnlySpan<ulong> Matches => _matches.AsSpan(0, _matchCount);

    public int LiteralsAfterMatches => _literalCount - _literalsBeforeMatch;

    /// <summary>How often each length code occurs, and each literal once these were counted.</summary>
    public Span<int> SymbolCounts => _symbolCounts;

    public Span<int> DistanceCounts => _distanceCounts;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_literals);
        ArrayPool<ulong>.Shared.Return(_matches);
    }

    public void Clear()
    {
        _literalCount = 0;
        _matchCount = 0;
        _literalsBeforeMatch = 0;
        _symbolCounts.AsSpan().Clear();
        _distanceCounts.AsSpan().Clear();
    }

    /// <summary>Adds literals. Sixteen bytes from the first on must be readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiterals(ref byte first, int count)
    {
        ref var target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_literals), _literalCount);
        if (count <= Overrun)
            Unsafe.WriteUnaligned(ref target, Unsafe.ReadUnaligned<UInt128>(ref first));
        else
            Unsafe.CopyBlockUnaligned(ref target, ref first, (uint)count);
        _literalCount += count;
    }

    public void AddLiteral(byte literal) => _literals[_literalCount++] = literal;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddMatch(int length, int distance)
    {
        var distanceSymbol = DistanceSymbol(distance - 1);
        var lengthIndex = length - Token.MinimumMatch;
        _symbolCounts[DeflateAlphabet.FirstLength + DeflateAlphabet.LengthSymbol(length)]++;
        _distanceCounts[distanceSymbol]++;
        _matches[_matchCount++] = (uint)LiteralsAfterMatches | ((ulong)(uint)(distance - 1) << 16)
            | ((ulong)(uint)distanceSymbol << 32) | ((ulong)(uint)lengthIndex << 40);
        _literalsBeforeMatch = _literalCount;
    }

    /// <summary>Adds a match of any length, in pieces that a token can hold.</summary>
    public void AddLongMatch(int length, int distance)
    {
        while (length > Token.MaximumMatch)
        {
            // No piece is left that would be too short for a match.
            var piece = length > Token.MaximumMatch + Token.MinimumMatch
                ? Token.MaximumMatch
                : Token.MaximumMatch - Token.MinimumMatch;
            AddMatch(piece, distance);
            length -= piece;
        }
        AddMatch(length, distance);
    }

    /// <summary>Counts the literals, once all are there.</summary>
    public void CountLiterals() => ByteHistogram.Count(Literals, _symbolCounts);

    public static int LiteralsBefore(ulong match) => (int)(match & 0xffff);

    public static int DistanceLessOne(ulong match) => (int)((match >> 16) & 0xffff);

    public static int DistanceSymbol(ulong match) => (int)((match >> 32) & 0xff);

    public static int LengthLessThree(ulong match) => (int)(match >> 40);

    /// <summary>The symbol of a distance, which is given less one. Tokens are added too often for a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DistanceSymbol(int distanceLessOne)
    {
        if (distanceLessOne < 2)
            return distanceLessOne;
        var log = BitOperations.Log2((uint)distanceLessOne);
        return (log << 1) + ((distanceLessOne >> (log - 1)) & 1);
    }
}
