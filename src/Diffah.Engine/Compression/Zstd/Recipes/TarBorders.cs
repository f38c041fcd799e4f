using System.Buffers.Binary;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>Where the files of a tar begin and end: encoders of chunked layers begin a frame there.</summary>
/// <param name="content">The tar, or any content.</param>
internal sealed class TarBorders(StreamAt content)
{
    private const int BlockLength = 512;
    private const int SizeAt = 124;
    private const int SizeLength = 12;
    private const int ChecksumAt = 148;
    private const int ChecksumLength = 8;
    private const int TypeAt = 156;

    private readonly byte[] _header = new byte[BlockLength];
    private long _next;
    private long _begin;
    private long _end;

    /// <summary>The first border behind a position; the end of the content where there is no other. Positions may not
    /// go back.</summary>
    public long After(long position)
    {
        while (_end <= position && _next < content.Length)
            ReadEntry();
        return _begin > position ? _begin : _end > position ? _end : content.Length;
    }

    private void ReadEntry()
    {
        if (_next + BlockLength > content.Length)
        {
            _next = content.Length;
            return;
        }
        content.Read(_next, _header);
        if (!IsHeader(out var size))
        {
            _next = content.Length;
            return;
        }
        var begin = _next + BlockLength;
        size = Math.Min(size, content.Length - begin);
        _next = begin + size + (-size & (BlockLength - 1));
        if (size > 0 && _header[TypeAt] is 0 or (byte)'0' or (byte)'7')
            (_begin, _end) = (begin, begin + size);
    }

    private bool IsHeader(out long size)
    {
        var field = _header.AsSpan(SizeAt, SizeLength);
        size = (field[0] & 0x80) != 0 ? BinaryPrimitives.ReadInt64BigEndian(field[4..]) : Octal(field);
        var sum = ChecksumLength * ' ';
        foreach (var next in _header)
            sum += next;
        foreach (var next in _header.AsSpan(ChecksumAt, ChecksumLength))
            sum -= next;
        return size >= 0 && sum == Octal(_header.AsSpan(ChecksumAt, ChecksumLength));
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var value = 0L;
        foreach (var next in field.Trim((byte)' ').Trim((byte)0))
        {
            if (next is < (byte)'0' or > (byte)'7')
                break;
            value = value << 3 | (uint)(next - '0');
        }
        return value;
    }
}
