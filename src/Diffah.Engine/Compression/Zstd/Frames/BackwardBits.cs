using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// Bits that were written forwards and are read from the end (RFC 8878, section 4.1): the highest bit set in the last
/// byte is not one of them. What is before the beginning reads as zeros; <see cref="Left"/> is negative then.
/// </summary>
internal ref struct BackwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;

    // The bits at hand, the next one on top; what is below them is either zero or what comes next anyway.
    private ulong _bits;
    private int _count;
    private int _unread;

    /// <summary>Reads from the end of these bytes.</summary>
    /// <exception cref="RecipeRefusedException">The last byte has no bit set, or there is none.</exception>
    public BackwardBits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] == 0)
            throw Refusals.Corrupt("coded bits have no end");
        _bytes = bytes;
        _unread = bytes.Length;
        Fill();
        Skip(BitOperations.LeadingZeroCount((uint)bytes[^1]) - 23);
    }

    /// <summary>Bits that were not taken yet; negative where more were taken than there are.</summary>
    public readonly int Left => _unread * 8 + _count;

    /// <summary>Has at least 56 bits at hand, or all there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill()
    {
        if (_unread < 8)
        {
            FillSlowly();
            return;
        }
        _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(_unread - 8)..]) >> _count;
        _unread -= (63 - _count) >> 3;
        _count |= 56;
    }

    /// <summary>Takes up to 32 bits that are at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Take(int count)
    {
        var value = Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>Looks at up to 32 bits that are at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Peek(int count) => (uint)((_bits >> 1) >> (63 - count));

    /// <summary>Takes bits that were looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count)
    {
        _bits <<= count;
        _count -= count;
    }

    private void FillSlowly()
    {
        while (_unread > 0 && _count <= 56)
        {
            _bits |= (ulong)_bytes[--_unread] << (56 - _count);
            _count += 8;
        }
    }
}
