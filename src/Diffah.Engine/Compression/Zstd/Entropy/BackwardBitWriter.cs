using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>
/// Writes a stream of bits that is read from its end: the least significant bit of each byte first, and a mark behind
/// the last. So what is to be read first is written last.
/// </summary>
/// <param name="output">Where to; must have room for the bits, their mark and <see cref="Slack"/>.</param>
internal ref struct BackwardBitWriter(Span<byte> output)
{
    /// <summary>Bytes behind the stream that are written over.</summary>
    public const int Slack = 8;

    /// <summary>What may be added between two flushes, in bits.</summary>
    public const int Capacity = 56;

    private readonly Span<byte> _output = output;
    private ulong _bits;
    private int _count;
    private int _length;

    /// <summary>Adds bits; those of the value above the count must be 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong value, int count)
    {
        _bits |= value << _count;
        _count += count;
    }

    /// <summary>Adds the lowest bits of a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLow(uint value, int count) => Add(value & ((1UL << count) - 1), count);

    /// <summary>Puts the whole bytes away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_output[_length..], _bits);
        var bits = _count & ~7;
        _length += bits >> 3;
        _bits >>= bits;
        _count &= 7;
    }

    /// <summary>Ends the stream by its mark.</summary>
    /// <returns>Bytes of the stream.</returns>
    public int Close()
    {
        Flush();
        Add(1, 1);
        Flush();
        if (_count == 0)
            return _length;
        _output[_length] = (byte)_bits;
        return _length + 1;
    }
}
