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
        var bits = (uint)code << (16 - length);
        bits = ((bits >> 1) & 0x5555) | ((bits & 0x5555) << 1);
        bits = ((bits >> 2) & 0x3333) | ((bits & 0x3333) << 2);
        bits = ((bits >> 4) & 0x0F0F) | ((bits & 0x0F0F) << 4);
        return (ushort)((bits >> 8) | (bits << 8));
    }
}
