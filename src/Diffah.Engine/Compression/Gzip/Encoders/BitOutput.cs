using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Bits on their way into bytes. Between two calls at most seven bits wait for the rest of their byte.</summary>
internal sealed class BitOutput : IDisposable
{
    /// <summary>The most that one block of tokens takes: 32768 matches of 48 bits, or 65535 literals of 15.</summary>
    private const int LargestBlock = 32768 * 6;

    private const int Capacity = 2 * LargestBlock;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private Stream _output = Stream.Null;
    private int _count;
    private ulong _bits;
    private int _bitCount;

    public void Reset(Stream output)
    {
        _output = output;
        _count = 0;
        _bits = 0;
        _bitCount = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Writes up to 48 bits.</summary>
    public void Put(ulong bits, int count)
    {
        Reserve(sizeof(ulong));
        _bits |= bits << _bitCount;
        _bitCount += count;
        Settle(ref MemoryMarshal.GetArrayDataReference(_buffer), ref _bits, ref _bitCount, ref _count);
    }

    public void PutCode(HuffmanCode code, int symbol)
    {
        var entry = code.Codes[symbol];
        Put((ushort)entry, (int)(entry >> 16));
    }

    public void PutStored(ReadOnlySpan<byte> content, bool final)
    {
        Put(final ? 1u : 0u, 3);
        AlignToByte();
        Put((uint)content.Length | ((uint)(ushort)~content.Length << 16), 32);
        Reserve(content.Length);
        content.CopyTo(_buffer.AsSpan(_count));
        _count += content.Length;
    }

    public void PutLiterals(ReadOnlySpan<byte> content, HuffmanCode literals)
    {
        Reserve((content.Length * 2) + sizeof(ulong));
        ref var buffer = ref MemoryMarshal.GetArrayDataReference(_buffer);
        ref var codes = ref MemoryMarshal.GetReference(literals.Codes);
        var (bits, bitCount, count) = (_bits, _bitCount, _count);
        PutRun(ref buffer, ref MemoryMarshal.GetReference(content), content.Length, ref codes,
            ref bits, ref bitCount, ref count);
        (_bits, _bitCount, _count) = (bits, bitCount, count);
    }

    public void PutTokens(BlockTokens tokens, TokenCodes codes)
    {
        Reserve(LargestBlock);
        ref var buffer = ref MemoryMarshal.GetArrayDataReference(_buffer);
        ref var literalCodes = ref MemoryMarshal.GetReference(codes.Literals);
        ref var lengthCodes = ref MemoryMarshal.GetReference(codes.Lengths);
        ref var distanceCodes = ref MemoryMarshal.GetReference(codes.Distances);
        ref var literal = ref MemoryMarshal.GetReference(tokens.Literals);
        var (bits, bitCount, count) = (_bits, _bitCount, _count);
        foreach (var match in tokens.Matches)
        {
            var run = BlockTokens.LiteralsBefore(match);
            PutRun(ref buffer, ref literal, run, ref literalCodes, ref bits, ref bitCount, ref count);
            literal = ref Unsafe.Add(ref literal, run);

            var length = Unsafe.Add(ref lengthCodes, BlockTokens.LengthLessThree(match));
            bits |= (ulong)(length & 0xff_ffff) << bitCount;
            bitCount += (int)(length >> 24);

            var distanceCode = BlockTokens.DistanceCode(match);
            var distance = Unsafe.Add(ref distanceCodes, distanceCode);
            var extraBits = distanceCode < 2 ? 0 : (distanceCode >> 1) - 1;
            var extra = (ulong)BlockTokens.DistanceLessOne(match) & ((1ul << extraBits) - 1);
            bits |= ((extra << (int)(distance >> 16)) | (distance & 0xffff)) << bitCount;
            bitCount += (int)(distance >> 16) + extraBits;
            Settle(ref buffer, ref bits, ref bitCount, ref count);
        }
        PutRun(ref buffer, ref literal, tokens.LiteralsAfterMatches, ref literalCodes,
            ref bits, ref bitCount, ref count);
        (_bits, _bitCount, _count) = (bits, bitCount, count);
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void AlignToByte()
    {
        if (_bitCount > 0)
            Put(0, 8 - _bitCount);
    }

    /// <summary>Gives the whole bytes to the stream.</summary>
    public void Drain()
    {
        _output.Write(_buffer, 0, _count);
        _count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutRun(ref byte buffer, ref byte literal, int run, ref uint codes,
        ref ulong bits, ref int bitCount, ref int count)
    {
        // Three literals have at most 45 bits, which fit beside the seven that may wait.
        for (; run >= 3; run -= 3)
        {
            var first = Unsafe.Add(ref codes, literal);
            var second = Unsafe.Add(ref codes, Unsafe.Add(ref literal, 1));
            var third = Unsafe.Add(ref codes, Unsafe.Add(ref literal, 2));
            literal = ref Unsafe.Add(ref literal, 3);
            Append(first, ref bits, ref bitCount);
            Append(second, ref bits, ref bitCount);
            Append(third, ref bits, ref bitCount);
            Settle(ref buffer, ref bits, ref bitCount, ref count);
        }
        if (run == 0)
            return;
        Append(Unsafe.Add(ref codes, literal), ref bits, ref bitCount);
        if (run == 2)
            Append(Unsafe.Add(ref codes, Unsafe.Add(ref literal, 1)), ref bits, ref bitCount);
        Settle(ref buffer, ref bits, ref bitCount, ref count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Append(uint entry, ref ulong bits, ref int bitCount)
    {
        bits |= (ulong)(entry & 0xffff) << bitCount;
        bitCount += (int)(entry >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Settle(ref byte buffer, ref ulong bits, ref int bitCount, ref int count)
    {
        ref var place = ref Unsafe.Add(ref buffer, count);
        Unsafe.WriteUnaligned(ref place, BitConverter.IsLittleEndian ? bits : Swap(bits));
        count += bitCount >> 3;
        bits >>= bitCount & 56;
        bitCount &= 7;
    }

    private static ulong Swap(ulong bits) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);

    private void Reserve(int bytes)
    {
        if (_count + bytes + sizeof(ulong) > Capacity)
            Drain();
    }
}
