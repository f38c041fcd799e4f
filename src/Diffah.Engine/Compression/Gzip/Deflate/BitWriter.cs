using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// Writes bits, the least significant of each byte first, into a buffer that grows. Who owns the writer takes the whole
/// bytes away from time to time.
/// </summary>
internal sealed class BitWriter : IDisposable
{
    private readonly ArrayPool<byte> _pool;
    private byte[] _buffer;
    private int _filled;
    private ulong _bits;
    private int _bitCount;
    private long _taken;
    private bool _disposed;

    public BitWriter(int capacity = 256 * 1024, ArrayPool<byte>? pool = null)
    {
        _pool = pool ?? ArrayPool<byte>.Shared;
        _buffer = _pool.Rent(capacity);
    }

    /// <summary>How many bits were written since the beginning, with those before it in its first byte.</summary>
    public long BitPosition => (_taken + _filled) * 8 + _bitCount;

    /// <summary>The whole bytes that were not taken away yet.</summary>
    public Memory<byte> Whole
    {
        get
        {
            Spill();
            return _buffer.AsMemory(0, _filled);
        }
    }

    /// <summary>The bits of the byte that is not whole yet; <see cref="Whole"/> is to be asked for first.</summary>
    public byte Partial => (byte)_bits;

    /// <summary>Begins anew, a number of bits into a byte; these bits are zero.</summary>
    public void Reset(int phase = 0) => (_filled, _taken, _bits, _bitCount) = (0, 0, 0, phase);

    /// <summary>Drops the whole bytes.</summary>
    public void Take()
    {
        Spill();
        _taken += _filled;
        _filled = 0;
    }

    /// <summary>Makes room, so that so many bytes can be written by <see cref="WriteReserved"/>.</summary>
    public void Reserve(int bytes)
    {
        if (_buffer.Length - _filled >= bytes + 16)
            return;
        var larger = _pool.Rent(Math.Max(2 * _buffer.Length, _filled + bytes + 16));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        _pool.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Writes up to 32 bits.</summary>
    public void Write(uint value, int count)
    {
        Reserve(8);
        WriteReserved(value, count);
    }

    /// <summary>Writes up to 56 bits into room that was made before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteReserved(ulong value, int count)
    {
        _bits |= value << _bitCount;
        var all = _bitCount + count;
        if (all >= 64)
        {
            Put(_bits);
            _filled += 8;
            _bits = _bitCount == 0 ? 0 : value >> (64 - _bitCount);
            all -= 64;
        }
        _bitCount = all;
    }

    /// <summary>Hands its state to a tight loop, which may write so many bytes and gives it back at its end.</summary>
    public BitRun Lend(int bytes)
    {
        Spill();
        Reserve(bytes);
        return new BitRun(ref MemoryMarshal.GetArrayDataReference(_buffer), _filled, _bits, _bitCount);
    }

    /// <summary>Takes back what was lent.</summary>
    public void TakeBack(in BitRun run) => (_filled, _bits, _bitCount) = (run.Filled, run.Bits, run.BitCount);

    /// <summary>Fills the last byte up with zeros.</summary>
    public void Align()
    {
        var odd = _bitCount & 7;
        if (odd != 0)
            Write(0, 8 - odd);
    }

    /// <summary>Writes bytes after <see cref="Align"/>.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Spill();
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_filled));
        _filled += bytes.Length;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _pool.Return(_buffer);
    }

    private void Spill()
    {
        Reserve(8);
        Put(_bits);
        var whole = _bitCount >> 3;
        _filled += whole;
        _bits = whole == 8 ? 0 : _bits >> (8 * whole);
        _bitCount &= 7;
    }

    private void Put(ulong bits) => Unsafe.WriteUnaligned(
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _filled),
        BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
}
