using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>The state of a <see cref="BitWriter"/> in the hands of a tight loop.</summary>
internal ref struct BitRun(ref byte buffer, int filled, ulong bits, int bitCount)
{
    private readonly ref byte _buffer = ref buffer;

    public int Filled = filled;
    public ulong Bits = bits;
    public int BitCount = bitCount;

    /// <summary>Adds bits. Up to 56 may be added from one <see cref="Settle"/> to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong bits, int count)
    {
        Bits |= bits << BitCount;
        BitCount += count;
    }

    /// <summary>Puts whole bytes into the buffer: at most seven bits stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Settle()
    {
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref _buffer, Filled),
            BitConverter.IsLittleEndian ? Bits : BinaryPrimitives.ReverseEndianness(Bits));
        Filled += BitCount >> 3;
        Bits >>= BitCount & 56;
        BitCount &= 7;
    }
}
