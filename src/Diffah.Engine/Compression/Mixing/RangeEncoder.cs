namespace Diffah.Engine.Compression.Mixing;

/// <summary>A binary range coder without carries: it holds the interval of what can still be written.</summary>
/// <param name="output">Where the bytes go; not owned.</param>
internal sealed class RangeEncoder(Stream output) : BitCoder
{
    private const int TopShift = 56;

    private readonly byte[] _buffer = new byte[4096];
    private ulong _low;
    private ulong _high = ulong.MaxValue;
    private int _count;
    private long _written;

    /// <summary>Bytes that were written, but for those that are still open.</summary>
    public long Length => _written + _count;

    public override bool IsReader => false;

    public override int Code(int bit, int probability)
    {
        var middle = Middle(_low, _high, probability);
        if (bit != 0)
            _high = middle;
        else
            _low = middle + 1;
        while (((_low ^ _high) >> TopShift) == 0)
        {
            Put((byte)(_high >> TopShift));
            _low <<= 8;
            _high = (_high << 8) | 0xFF;
        }
        return bit;
    }

    /// <summary>Writes what is open: the fewest bytes that say it, where zeros follow.</summary>
    public void Finish()
    {
        if (_low > 0)
        {
            // The shortest number within the interval: its first byte differs between the ends.
            for (var kept = 8; ; kept += 8)
            {
                var mask = kept == 64 ? 0 : ulong.MaxValue >> kept;
                var value = (_low + mask) & ~mask;
                if (value < _low || value > _high)
                    continue;
                for (var shift = TopShift; shift > TopShift - kept; shift -= 8)
                    Put((byte)(value >> shift));
                break;
            }
        }
        Flush();
    }

    private void Put(byte value)
    {
        if (_count == _buffer.Length)
            Flush();
        _buffer[_count++] = value;
    }

    private void Flush()
    {
        output.Write(_buffer, 0, _count);
        _written += _count;
        _count = 0;
    }
}
