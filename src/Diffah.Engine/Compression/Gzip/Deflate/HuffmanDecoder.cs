namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// A code as a table: one look-up for codes up to <see cref="RootBits"/> bits, a second one for longer codes. What an
/// entry says is in its bits: 0–3 the bits of the code, 4–7 the extra bits (or the bits of the second look-up), 8–9 the
/// kind, 16–31 a base value (or where the second table begins).
/// </summary>
internal sealed class HuffmanDecoder
{
    public const int RootBits = 10;
    public const uint KindMask = 0x300;
    public const uint KindBase = 0x100;
    public const uint KindEnd = 0x200;
    public const uint KindOther = 0x300;

    // The most entries that a code of 15 bits and a root of 10 bits can need is 1,334 (286 symbols).
    private readonly uint[] _table = new uint[2048];
    private readonly ushort[] _codes = new ushort[288];

    public uint[] Table => _table;

    /// <summary>Makes the table of a code; false where there is no such code. As zlib has it: a code is incomplete only
    /// where it has one symbol of one bit, or none at all, and the code of code lengths never is.</summary>
    public bool Build(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> meanings, bool mustBeComplete = false)
    {
        Span<int> counts = stackalloc int[DeflateAlphabet.MaximumBits + 1];
        counts.Clear();
        foreach (var length in lengths)
            counts[length]++;
        var used = lengths.Length - counts[0];
        counts[0] = 0;
        Array.Fill(_table, KindOther, 0, 1 << RootBits);
        if (used == 0)
            return !mustBeComplete;
        var left = 1;
        for (var bits = 1; bits <= DeflateAlphabet.MaximumBits; bits++)
        {
            left = 2 * left - counts[bits];
            if (left < 0)
                return false;
        }
        if (left > 0 && (mustBeComplete || used != 1 || counts[1] != 1))
            return false;
        CanonicalCode.Assign(lengths, _codes);
        Fill(lengths, meanings);
        return true;
    }

    private void Fill(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> meanings)
    {
        var next = 1 << RootBits;
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
                continue;
            int code = _codes[symbol];
            // What has no meaning looks as if it had no code.
            var entry = meanings[symbol] == KindOther ? KindOther : meanings[symbol] | (uint)length;
            if (length <= RootBits)
            {
                for (var at = code; at < 1 << RootBits; at += 1 << length)
                    _table[at] = entry;
                continue;
            }
            var root = code & ((1 << RootBits) - 1);
            if (_table[root] == KindOther)
            {
                var bits = LongestBelow(root, lengths) - RootBits;
                _table[root] = KindOther | ((uint)next << 16) | ((uint)bits << 4) | RootBits;
                Array.Fill(_table, KindOther, next, 1 << bits);
                next += 1 << bits;
            }
            var (start, width) = ((int)(_table[root] >> 16), (int)(_table[root] >> 4) & 15);
            for (var at = code >> RootBits; at < 1 << width; at += 1 << (length - RootBits))
                _table[start + at] = entry;
        }
    }

    private int LongestBelow(int root, ReadOnlySpan<byte> lengths)
    {
        var longest = 0;
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] > longest && lengths[symbol] > RootBits
                && (_codes[symbol] & ((1 << RootBits) - 1)) == root)
                longest = lengths[symbol];
        }
        return longest;
    }
}
