using System.Buffers;

namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>Reads a stream of a content patch from its beginning to its end, and trusts nothing of it.</summary>
internal sealed class StreamCursor : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly Stream _source;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _position;
    private int _filled;
    private long _left;

    /// <param name="source">The bytes; owned.</param>
    /// <param name="length">How many there are to be.</param>
    public StreamCursor(Stream source, long length) => (_source, _left) = (source, length);

    /// <summary>Bytes that were not taken yet.</summary>
    public long Left => _left + _filled - _position;

    public byte Take()
    {
        if (_position == _filled)
            Fill();
        return _buffer[_position++];
    }

    public void Take(Span<byte> bytes)
    {
        if (bytes.Length > Left)
            throw CutShort();
        while (!bytes.IsEmpty)
        {
            if (_position == _filled)
                Fill();
            var count = Math.Min(bytes.Length, _filled - _position);
            _buffer.AsSpan(_position, count).CopyTo(bytes);
            _position += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>A number of up to 63 bits that may not be greater than said.</summary>
    public long TakeNumber(long most)
    {
        var value = TakeBits();
        return value <= (ulong)most ? (long)value : throw Invalid("has a number out of its bounds");
    }

    /// <summary>A number that may be negative.</summary>
    public long TakeSigned()
    {
        var value = TakeBits();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public void RequireEnd()
    {
        if (Left != 0)
            throw Invalid("has bytes that nothing asks for");
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _source.Dispose();
    }

    public static InvalidDataException Invalid(string what) => new($"the content patch {what}");

    private static InvalidDataException CutShort() => Invalid("is cut short");

    private ulong TakeBits()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take();
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Invalid("has a number out of its bounds");
    }

    private void Fill()
    {
        if (_left == 0)
            throw CutShort();
        _position = 0;
        _filled = 0;
        _filled = _source.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, _left)));
        if (_filled == 0)
            throw CutShort();
        _left -= _filled;
    }
}
