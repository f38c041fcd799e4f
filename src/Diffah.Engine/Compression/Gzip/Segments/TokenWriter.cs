using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>Writes the symbols of a block.</summary>
internal static class TokenWriter
{
    private const int LongestMatch = 6;
    private const int LongestLiteral = 2;

    public static void WriteLiterals(BitWriter output, ReadOnlySpan<byte> content, HuffmanCode literals)
    {
        var run = output.Lend(content.Length * LongestLiteral);
        AddLiterals(ref run, ref MemoryMarshal.GetReference(content), content.Length,
            ref MemoryMarshal.GetReference(literals.Codes));
        output.TakeBack(run);
    }

    public static void WriteTokens(BitWriter output, BlockTokens tokens, TokenCodes codes)
    {
        var run = output.Lend((tokens.Matches.Length * LongestMatch) + (tokens.Literals.Length * LongestLiteral));
        ref var literalCodes = ref MemoryMarshal.GetReference(codes.Literals);
        ref var lengthCodes = ref MemoryMarshal.GetReference(codes.Lengths);
        ref var distanceCodes = ref MemoryMarshal.GetReference(codes.Distances);
        ref var literal = ref MemoryMarshal.GetReference(tokens.Literals);
        foreach (var match in tokens.Matches)
        {
            var literals = BlockTokens.LiteralsBefore(match);
            AddLiterals(ref run, ref literal, literals, ref literalCodes);
            literal = ref Unsafe.Add(ref literal, literals);

            var length = Unsafe.Add(ref lengthCodes, BlockTokens.LengthLessThree(match));
            run.Add(length & 0xff_ffff, (int)(length >> 24));

            var symbol = BlockTokens.DistanceSymbol(match);
            var distance = Unsafe.Add(ref distanceCodes, symbol);
            var extraBits = symbol < 2 ? 0 : (symbol >> 1) - 1;
            var extra = (ulong)BlockTokens.DistanceLessOne(match) & ((1ul << extraBits) - 1);
            var codeBits = (int)(distance >> 16);
            run.Add((extra << codeBits) | (distance & 0xffff), codeBits + extraBits);
            run.Settle();
        }
        AddLiterals(ref run, ref literal, tokens.LiteralsAfterMatches, ref literalCodes);
        output.TakeBack(run);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddLiterals(ref BitRun run, ref byte literal, int count, ref uint codes)
    {
        // Three literals have at most 45 bits, and are settled at once.
        for (; count >= 3; count -= 3)
        {
            var first = Unsafe.Add(ref codes, literal);
            var second = Unsafe.Add(ref codes, Unsafe.Add(ref literal, 1));
            var third = Unsafe.Add(ref codes, Unsafe.Add(ref literal, 2));
            literal = ref Unsafe.Add(ref literal, 3);
            Add(ref run, first);
            Add(ref run, second);
            Add(ref run, third);
            run.Settle();
        }
        if (count == 0)
            return;
        Add(ref run, Unsafe.Add(ref codes, literal));
        if (count == 2)
            Add(ref run, Unsafe.Add(ref codes, Unsafe.Add(ref literal, 1)));
        run.Settle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref BitRun run, uint entry) => run.Add(entry & 0xffff, (int)(entry >> 16));
}
