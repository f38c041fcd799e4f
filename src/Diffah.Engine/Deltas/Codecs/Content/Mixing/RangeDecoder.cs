using Diffah.Engine.Deltas.Codecs.Content.Streams;

namespace Diffah.Engine.Deltas.Codecs.Content.Mixing;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote. Behind the end it reads zeros.</summary>
internal sealed class RangeDecoder : BitCoder
{
    private const int TopShift = 56;

    private readonly StreamCursor _input;
    private ulong _low;
    private ulong _high = ulong.MaxValue;
    private ulong _value;

    /// <param name="input">The bytes; not owned.</param>
    public RangeDecoder(StreamCursor input)
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

    private byte Next() => _input.Left == 0 ? (byte)0 : _input.Take();
}
