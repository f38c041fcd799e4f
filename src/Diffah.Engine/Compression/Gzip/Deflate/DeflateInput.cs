using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// The bits of a compressed stream, the least significant of each byte first. What is behind the end reads as zeros;
/// <see cref="CheckEnd"/> tells whether such bits were used.
/// </summary>
internal sealed class DeflateInput : IDisposable
{
    /// <summary>Bytes behind what was read that are there to be looked at.</summary>
    public const int Padding = 64;

    private const int BufferSize = 128 * 1024;

    private readonly Stream _source;
    private readonly long _start;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize + Padding);
    private readonly KeptBytes _kept = new();
    private long _origin;
    private bool _ended;
    private bool _disposed;

    /// <summary>Reads from a stream; the stream stays its owner's.</summary>
    public DeflateInput(Stream source)
    {
        _source = source;
        CanRewind = source.CanSeek;
        _start = CanRewind ? source.Position : 0;
    }

    /// <summary>The source can be read again.</summary>
    public bool CanRewind { get; }

    /// <summary>The buffer, where the next byte is taken from it, and how many of its bytes are real.</summary>
    public byte[] Buffer => _buffer;

    public int Next { get; set; }

    public int Filled { get; private set; }

    /// <summary>Before this place eight bytes can be read at once: real ones, or the zeros behind the end.</summary>
    public int Readable => _ended ? Filled + Padding - 8 : Filled - 8;

    /// <summary>Bits that were taken from the buffer and not used yet: how many and which.</summary>
    public ulong Bits { get; set; }

    public int BitCount { get; set; }

    /// <summary>Which bit of the stream is the next.</summary>
    public long BitPosition => (_origin + Next) * 8 - BitCount;

    /// <summary>Compressed bytes seen so far.</summary>
    public long BytesRead => _origin + Filled;

    /// <summary>Reads more, so that at least half of <see cref="Padding"/> can be looked at from <see cref="Next"/>
    /// on.</summary>
    public void Fill()
    {
        // Before Next stay the bytes that Bits may still hold: they are given back when bytes are copied.
        var keep = Math.Max(0, Next - 8);
        if (keep > 0)
        {
            var left = Math.Max(0, Filled - keep);
            _kept.Add(_origin, _buffer.AsSpan(0, Math.Min(keep, Filled)));
            _buffer.AsSpan(keep, left).CopyTo(_buffer);
            (_origin, Next, Filled) = (_origin + keep, Next - keep, left);
        }
        while (!_ended && Filled < BufferSize)
        {
            var read = _source.Read(_buffer.AsSpan(Filled, BufferSize - Filled));
            _ended = read == 0;
            Filled += read;
        }
        _buffer.AsSpan(Filled, Padding).Clear();
        CheckEnd();
    }

    /// <summary>Keeps the bytes from this one on, to be looked at again; they were not read over yet, or are kept
    /// already.</summary>
    public void Keep(long from) => _kept.Begin(from);

    /// <summary>A byte that is kept or at hand; 0 where it is not.</summary>
    public byte Kept(long at)
    {
        if (at < _origin)
            return _kept.At(at);
        return at - _origin < Filled ? _buffer[at - _origin] : (byte)0;
    }

    /// <summary>Compares bytes that are kept or at hand; false where they are not.</summary>
    public bool KeptEquals(long from, ReadOnlySpan<byte> bytes)
    {
        var before = (int)Math.Clamp(_origin - from, 0, bytes.Length);
        if (!_kept.Equals(from, bytes[..before]))
            return false;
        var at = from + before - _origin;
        return before == bytes.Length || (at + bytes.Length - before <= Filled
            && _buffer.AsSpan((int)at, bytes.Length - before).SequenceEqual(bytes[before..]));
    }

    /// <summary>Goes back to a byte of the source.</summary>
    public void Rewind(long to)
    {
        _source.Position = _start + to;
        (_origin, Next, Filled, Bits, BitCount, _ended) = (to, 0, 0, 0, 0, false);
        _kept.Begin(to);
    }

    /// <summary>Fails where bits behind the end were used.</summary>
    public void CheckEnd()
    {
        if (Next * 8L - BitCount > Filled * 8L)
            throw new RecipeRefusedException(RecipeRefusal.CutShort, "The compressed stream is cut short.");
    }

    /// <summary>Takes up to 32 bits.</summary>
    public int Take(int count)
    {
        Need();
        var value = (int)(Bits & ((1UL << count) - 1));
        Bits >>= count;
        BitCount -= count;
        return value;
    }

    /// <summary>Has at least 48 bits at hand, real or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Need()
    {
        if (BitCount >= 48)
            return;
        if (Next + 8 > Filled)
            Fill();
        Bits |= BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(Next)) << BitCount;
        Next += (63 - BitCount) >> 3;
        BitCount |= 56;
    }

    /// <summary>Takes the bits up to the next byte, and gives the whole bytes at hand back to the buffer.</summary>
    public int Align()
    {
        Need();
        var bits = (int)(Bits & ((1UL << (BitCount & 7)) - 1));
        Next -= BitCount >> 3;
        (Bits, BitCount) = (0, 0);
        CheckEnd();
        return bits;
    }

    /// <summary>True where the aligned stream has no further byte.</summary>
    public bool IsAtEnd()
    {
        if (Next >= Filled)
            Fill();
        return Next >= Filled;
    }

    /// <summary>True where the aligned stream has so many further bytes, up to <see cref="Padding"/>.</summary>
    public bool Has(int count)
    {
        if (Next + count > Filled)
            Fill();
        return Next + count <= Filled;
    }

    /// <summary>Takes the next byte of the aligned stream.</summary>
    public byte TakeByte() =>
        !IsAtEnd() ? _buffer[Next++] : throw new RecipeRefusedException(
            RecipeRefusal.CutShort, "The compressed stream is cut short.");

    /// <summary>Copies bytes of the aligned stream, as many as are at hand.</summary>
    public int TakeBytes(Span<byte> destination)
    {
        if (IsAtEnd())
            throw new RecipeRefusedException(RecipeRefusal.CutShort, "The compressed stream is cut short.");
        var count = Math.Min(destination.Length, Filled - Next);
        _buffer.AsSpan(Next, count).CopyTo(destination);
        Next += count;
        return count;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _kept.Dispose();
    }
}
