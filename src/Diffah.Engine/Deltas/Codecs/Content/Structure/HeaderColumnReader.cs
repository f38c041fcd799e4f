namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>Reads the columns of headers from front to back, and trusts nothing of them.</summary>
/// <param name="columns">A stream for each column; they stay the caller's.</param>
internal sealed class HeaderColumnReader(IReadOnlyList<Stream> columns)
{
    private readonly ColumnReader[] _readers = [.. columns.Select(c => new ColumnReader(c))];

    /// <summary>A column.</summary>
    /// <param name="column">Which.</param>
    public ColumnReader this[HeaderColumn column] => _readers[(int)column];

    /// <summary>Makes sure that all was read.</summary>
    /// <exception cref="InvalidDataException">There is more.</exception>
    public void RequireEnd()
    {
        foreach (var reader in _readers)
            reader.RequireEnd();
    }
}

/// <summary>One column.</summary>
internal sealed class ColumnReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _position;
    private int _end;

    /// <summary>The next byte.</summary>
    public byte Take() => Fill() ? _buffer[_position++] : throw Damaged("end too early");

    /// <summary>The next bytes.</summary>
    /// <param name="into">Where to.</param>
    public void Take(Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            if (!Fill())
                throw Damaged("end too early");
            var count = Math.Min(into.Length, _end - _position);
            _buffer.AsSpan(_position, count).CopyTo(into);
            _position += count;
            into = into[count..];
        }
    }

    /// <summary>A number: seven bits a byte, the least significant first; the eighth says that more follow.</summary>
    /// <param name="most">The greatest that is right.</param>
    public ulong TakeNumber(ulong most)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take();
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value <= most ? value : throw Damaged("have a number out of its bounds");
        }
        throw Damaged("have a number out of its bounds");
    }

    /// <summary>A number that may be negative: twice its size, one less where it is negative.</summary>
    public long TakeSigned() => Unfold(TakeNumber(ulong.MaxValue));

    /// <summary>A signed number as an unsigned one: small where it is near to zero.</summary>
    /// <param name="value">The number.</param>
    public static ulong Fold(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>What <see cref="Fold"/> was given.</summary>
    /// <param name="value">What it gave.</param>
    public static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Makes sure that all was read.</summary>
    public void RequireEnd()
    {
        if (Fill())
            throw Damaged("have more than is needed");
    }

    /// <summary>The error of columns that no producer writes.</summary>
    /// <param name="what">What they do.</param>
    public static InvalidDataException Damaged(string what) => new($"the columns of headers {what}");

    private bool Fill()
    {
        if (_position < _end)
            return true;
        (_position, _end) = (0, stream.Read(_buffer));
        return _end > 0;
    }
}
