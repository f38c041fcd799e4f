using System.Buffers;

namespace Diffah.Engine.Deltas.Codecs.Content.Streams;

/// <summary>Bytes and numbers that are written one after the other.</summary>
internal sealed class NumberWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Count => _bytes.WrittenCount;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Add(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Add(ReadOnlySpan<byte> values) => _bytes.Write(values);

    /// <summary>Seven bits a byte, the least significant first; the eighth says that more follow.</summary>
    public void AddNumber(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            span[count++] = (byte)(value | 0x80);
        span[count++] = (byte)value;
        _bytes.Advance(count);
    }

    /// <summary>A number that may be negative: small ones of either sign take few bytes.</summary>
    public void AddSigned(long value) => AddNumber((ulong)((value << 1) ^ (value >> 63)));
}
