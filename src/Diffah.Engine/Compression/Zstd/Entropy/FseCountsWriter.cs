namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>Writes the counts of a table before what is coded by it (RFC 8878, section 4.1.1).</summary>
internal static class FseCountsWriter
{
    /// <summary>Bytes that are enough for any table of the format.</summary>
    public const int MaximumLength = 512;

    /// <summary>Writes counts.</summary>
    /// <param name="output">Where to; <see cref="MaximumLength"/> bytes are enough.</param>
    /// <param name="counts">Counts that <see cref="FseEncodingTable.Build"/> took.</param>
    /// <param name="log">The table's size, as a power of two.</param>
    /// <returns>Bytes that were written.</returns>
    public static int Write(Span<byte> output, ReadOnlySpan<short> counts, int log)
    {
        var bits = new Bits(output);
        bits.Add((uint)log - 5, 4);
        var remaining = (1 << log) + 1;
        var threshold = 1 << log;
        var width = log + 1;
        var symbol = 0;
        while (remaining > 1)
        {
            var count = counts[symbol++];
            remaining -= Math.Abs((int)count);
            var longest = 2 * threshold - 1 - (remaining + Math.Abs((int)count));
            var value = count + 1;
            if (value >= threshold)
                value += longest;
            bits.Add((uint)value, value < longest ? width - 1 : width);
            if (count == 0)
                symbol = WriteZeros(ref bits, counts, symbol);
            while (remaining < threshold)
            {
                width--;
                threshold >>= 1;
            }
        }
        return bits.Finish();
    }

    /// <summary>Says how many more symbols have no state: three by three, and the rest.</summary>
    private static int WriteZeros(ref Bits bits, ReadOnlySpan<short> counts, int symbol)
    {
        var end = symbol;
        while (counts[end] == 0)
            end++;
        for (; end - symbol >= 3; symbol += 3)
            bits.Add(3, 2);
        bits.Add((uint)(end - symbol), 2);
        return end;
    }

    private ref struct Bits(Span<byte> output)
    {
        private readonly Span<byte> _output = output;
        private uint _bits;
        private int _count;
        private int _length;

        public void Add(uint value, int count)
        {
            _bits |= value << _count;
            for (_count += count; _count >= 8; _count -= 8)
            {
                _output[_length++] = (byte)_bits;
                _bits >>= 8;
            }
        }

        public int Finish()
        {
            if (_count > 0)
                _output[_length++] = (byte)_bits;
            return _length;
        }
    }
}
