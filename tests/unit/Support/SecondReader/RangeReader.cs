namespace Diffah.Tests.Support.SecondReader;

/// <summary>Bits that were written with probabilities (context-mixing.md, "The range coder").</summary>
internal sealed class RangeReader
{
    private const int MostBehind = 8;

    private readonly byte[] _bytes;
    private int _at;
    private ulong _low;
    private ulong _high = ulong.MaxValue;
    private ulong _value;

    /// <param name="bytes">The stream.</param>
    /// <param name="start">Where the coder begins in it.</param>
    public RangeReader(byte[] bytes, int start = 0)
    {
        (_bytes, _at) = (bytes, start);
        for (var count = 0; count < 8; count++)
            _value = (_value << 8) | Next();
    }

    /// <summary>The next bit.</summary>
    /// <param name="one">The probability that it is 1, in units of 2^-16.</param>
    public int Bit(int one)
    {
        var middle = _low + (ulong)((UInt128)(_high - _low) * (uint)one >> 16);
        var bit = _value <= middle ? 1 : 0;
        (_low, _high) = bit == 1 ? (_low, middle) : (middle + 1, _high);
        for (; _low >> 56 == _high >> 56; _low <<= 8)
        {
            _high = (_high << 8) | 0xFF;
            _value = (_value << 8) | Next();
        }
        return bit;
    }

    public void RequireEnd()
    {
        if (_at < _bytes.Length)
            throw new InvalidDataException($"{_bytes.Length - _at} bytes of a coder are left");
    }

    private byte Next() => _at++ < _bytes.Length ? _bytes[_at - 1]
        : _at - _bytes.Length <= MostBehind ? (byte)0
        : throw new InvalidDataException("a coder goes on behind its end");
}
