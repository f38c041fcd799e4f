using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>Decodes the tokens of a block: what most of the time of an inflater goes into.</summary>
internal static class SymbolLoop
{
    /// <summary>Tokens that there must be room for.</summary>
    public const int TokensATurn = 4;

    /// <summary>Content that there must be room for: a match behind literals. What is copied beyond goes into the
    /// window's padding.</summary>
    public const int ContentATurn = Token.MaximumMatch + TokensATurn;

    // Bits are taken from the buffer twice a turn.
    private const int InputATurn = 8;

    private const ulong LiteralMask = (1 << BlockHeaderReader.LiteralBits) - 1;
    private const ulong DistanceMask = (1 << BlockHeaderReader.DistanceBits) - 1;

    /// <summary>Why it stopped.</summary>
    public enum Stop
    {
        /// <summary>The room or the input at hand is over.</summary>
        Room,
        EndOfBlock,
        NoCode,
        TooFar,
        Symbol284,
    }

    /// <summary>Decodes tokens until the block, the room or the input at hand is over.</summary>
    /// <param name="source">The compressed stream.</param>
    /// <param name="window">Takes the content.</param>
    /// <param name="codes">The codes of the block.</param>
    /// <param name="list">Takes the tokens.</param>
    /// <param name="tokenCount">How many are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Stop Run(
        DeflateInput source, ContentWindow window, BlockHeaderReader codes, uint[] list, ref int tokenCount)
    {
        ref var input = ref MemoryMarshal.GetArrayDataReference(source.Buffer);
        ref var content = ref MemoryMarshal.GetArrayDataReference(window.Buffer);
        ref var literals = ref MemoryMarshal.GetArrayDataReference(codes.Literals.Table);
        ref var distances = ref MemoryMarshal.GetArrayDataReference(codes.Distances.Table);
        ref var tokens = ref MemoryMarshal.GetArrayDataReference(list);
        var (bits, bitCount, next) = (source.Bits, source.BitCount, source.Next);
        var (lastInput, lastEnd) = (source.Readable - InputATurn, window.Capacity - ContentATurn);
        var lastCount = list.Length - TokensATurn;
        nint end = window.End;
        nint count = tokenCount;
        var stop = Stop.Room;
        while (next <= lastInput && end <= lastEnd && count <= lastCount)
        {
            // 56 bits at least: three literals of one look-up each, or two and a length.
            Refill(ref input, ref next, ref bits, ref bitCount);
            var entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));
            if (IsLiteral(entry))
            {
                Add(entry, ref content, ref end, ref tokens, ref count);
                Skip(entry, ref bits, ref bitCount);
                entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));
                if (IsLiteral(entry))
                {
                    Add(entry, ref content, ref end, ref tokens, ref count);
                    Skip(entry, ref bits, ref bitCount);
                    entry = Unsafe.Add(ref literals, (nint)(bits & LiteralMask));
                    if (IsLiteral(entry))
                    {
                        Add(entry, ref content, ref end, ref tokens, ref count);
                        Skip(entry, ref bits, ref bitCount);
                        continue;
                    }
                }
            }
            if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindValue)
            {
                if ((entry & HuffmanDecoder.KindMask) == HuffmanDecoder.KindBelow)
                    entry = Below(ref literals, entry, bits >> BlockHeaderReader.LiteralBits);
                if (IsLiteral(entry))
                {
                    Add(entry, ref content, ref end, ref tokens, ref count);
                    Skip(entry, ref bits, ref bitCount);
                    continue;
                }
                if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindValue)
                {
                    Skip(entry & HuffmanDecoder.AllBitsMask, ref bits, ref bitCount);
                    stop = entry == HuffmanDecoder.KindNone ? Stop.NoCode : Stop.EndOfBlock;
                    break;
                }
            }
            var length = Value(entry, bits);
            Skip(entry, ref bits, ref bitCount);
            if (length == Token.MaximumMatch && entry >> HuffmanDecoder.ValueShift != Token.MaximumMatch)
            {
                stop = Stop.Symbol284;
                break;
            }
            Refill(ref input, ref next, ref bits, ref bitCount);
            entry = Unsafe.Add(ref distances, (nint)(bits & DistanceMask));
            if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindValue)
            {
                if ((entry & HuffmanDecoder.KindMask) == HuffmanDecoder.KindBelow)
                    entry = Below(ref distances, entry, bits >> BlockHeaderReader.DistanceBits);
                if ((entry & HuffmanDecoder.KindMask) != HuffmanDecoder.KindValue)
                {
                    stop = Stop.NoCode;
                    break;
                }
            }
            var distance = Value(entry, bits);
            Skip(entry, ref bits, ref bitCount);
            if (distance > end)
            {
                stop = Stop.TooFar;
                break;
            }
            Unsafe.Add(ref tokens, count++) = Token.Match(length, distance);
            MatchCopy.Run(ref Unsafe.Add(ref content, end), distance, length);
            end += length;
        }
        (source.Bits, source.BitCount, source.Next) = (bits, bitCount, next);
        (window.End, tokenCount) = ((int)end, (int)count);
        source.CheckEnd();
        return stop;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref byte input, ref int next, ref ulong bits, ref int bitCount)
    {
        var more = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref input, next));
        bits |= (BitConverter.IsLittleEndian ? more : BinaryPrimitives.ReverseEndianness(more)) << bitCount;
        next += (63 - bitCount) >> 3;
        bitCount |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLiteral(uint entry) => (int)entry < 0;

    // A shift looks at the lowest six bits alone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Skip(uint entry, ref ulong bits, ref int bitCount)
    {
        bits >>= (int)entry;
        bitCount -= (int)(entry & HuffmanDecoder.AllBitsMask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(uint entry, ref byte content, ref nint end, ref uint tokens, ref nint count)
    {
        var literal = (byte)(entry >> HuffmanDecoder.ValueShift);
        Unsafe.Add(ref content, end++) = literal;
        Unsafe.Add(ref tokens, count++) = literal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Below(ref uint table, uint entry, ulong bits)
    {
        var width = (int)(entry >> HuffmanDecoder.CodeBitsShift) & (int)HuffmanDecoder.CodeBitsMask;
        var at = (entry >> HuffmanDecoder.ValueShift) + (bits & ((1UL << width) - 1));
        return Unsafe.Add(ref table, (nint)at);
    }

    /// <summary>A base, and what the extra bits behind the code add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Value(uint entry, ulong bits)
    {
        var extra = (bits & ((1UL << (int)entry) - 1))
            >> ((int)(entry >> HuffmanDecoder.CodeBitsShift) & (int)HuffmanDecoder.CodeBitsMask);
        return (int)((entry >> HuffmanDecoder.ValueShift) + (uint)extra);
    }
}
