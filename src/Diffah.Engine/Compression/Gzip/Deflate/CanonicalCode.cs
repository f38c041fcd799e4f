namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>Codes from code lengths (RFC 1951, section 3.2.2), in the order in which their bits are written.</summary>
internal static class CanonicalCode
{
    public static void Assign(ReadOnlySpan<byte> lengths, Span<ushort> codes)
    {
        Span<int> next = stackalloc int[DeflateAlphabet.MaximumBits + 1];
        Span<int> counts = stackalloc int[DeflateAlphabet.MaximumBits + 1];
        counts.Clear();
        foreach (var length in lengths)
            counts[length]++;
        counts[0] = 0;
        var code = 0;
        for (var bits = 1; bits < next.Length; bits++)
            next[bits] = code = (code + counts[bits - 1]) << 1;
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            codes[symbol] = length == 0 ? (ushort)0 : Reverse(next[length]++, length);
        }
    }

    private static ushort Reverse(int code, int length)
    {
        var reversed = 0;
        for (var bit = 0; bit < length; bit++)
            reversed |= ((code >> bit) & 1) << (length - 1 - bit);
        return (ushort)reversed;
    }
}
