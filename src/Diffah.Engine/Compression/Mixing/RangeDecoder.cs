namespace Diffah.Engine.Compression.Mixing;

/// <summary>
/// Reads what <see cref="RangeEncoder"/> wrote. Behind the end it reads zeros, as many as may have been left out: to go
/// on for ever would be to work for ever.
/// </summary>
internal sealed class RangeDecoder : BitCoder
{
    private const int TopShift = 56;

    private readonly Stream _input;
    private readonly byte[] _buffer = new byte[4096];
    private ulong _low;
    private ulong _high = ulong.MaxValue;
    private ulong _value;
    private int _position;
    private int _filled;
    private bool _isAtEnd;
    private int _behindEnd;

    /// <param name="input">The bytes; not owned.</param>
    public RangeDecoder(Stream input)
    {
        _input = input;
        for (var count = 0; count < sizeof(ulong); count++)
            _value = (_value << 8) | Next();
    }

    public override bool IsReader => true;

    public override int Code(int bit, int probability)
    {
        var middle = Middle(_low, _high, probability);
        if (_value <= middle)
        {
            _high = middle;
            bit = 1;
        }
        else
        {
            _low = middle + 1;
            bit = 0;
        }
        while (((_low ^ _high) >> TopShift) == 0)
        {
            _low <<= 8;
            _high = (_high << 8) | 0xFF;
            _value = (_value << 8) | Next();
        }
        return bit;
    }

    /// <summary>Whether all bytes were read.</summary>
    public bool IsAtEnd()
    {
        if (_position == _filled)
            Fill();
        return _position == _filled;
    }

    private byte Next()
    {
        if (_position == _filled)
            Fill();
        if (_position < _filled)
            return _buffer[_position++];
        return ++_behindEnd <= sizeof(ulong)
            ? (byte)0
            : throw new InvalidDataException("the content patch is cut short");
    }

    private void Fill()
    {
        if (_isAtEnd)
            return;
        (_position, _filled) = (0, _input.Read(_buffer, 0, _buffer.Length));
        _isAtEnd = _filled == 0;
    }
}
