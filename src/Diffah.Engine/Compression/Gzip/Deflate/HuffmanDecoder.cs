namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// A code as a table: one look-up for codes up to the root's bits, a second one for longer codes. What an entry says is
/// in its bits: 0–7 the bits of the code and the extra bits behind it together, 8–11 the bits of the code alone (or of
/// the second look-up), 12–13 the kind, 16–30 a value (or where the second table begins), 31 that it is a literal.
/// </summary>
/// <param name="rootBits">Codes up to these many bits need one look-up.</param>
/// <param name="meanings">What is said of each symbol, without the bits of its code.</param>
internal sealed class HuffmanDecoder(int rootBits, uint[] meanings)
{
    public const uint Literal = 1u << 31;
    public const uint KindMask = 0x3000;
    public const uint KindValue = 0;
    public const uint KindEnd = 0x1000;
    public const uint KindBelow = 0x2000;
    public const uint KindNone = 0x3000;
    public const int ValueShift = 16;
    public const int CodeBitsShift = 8;
    public const uint CodeBitsMask = 15;
    public const uint AllBitsMask = 0xFF;

    // The most entries of second tables that 286 symbols of up to 15 bits can need, at any root from 7 bits on, are
    // fewer than these.
    private const int Below = 2048;

    private readonly uint[] _table = new uint[(1 << rootBits) + Below];
    private readonly byte[] _longest = new byte[1 << rootBits];
    private readonly ushort[] _codes = new ushort[288];

    public uint[] Table => _table;

    private int RootMask => (1 << rootBits) - 1;

    /// <summary>Makes the table of a code; false where there is no such code. As zlib has it: a code is incomplete only
    /// where it has one symbol of one bit, or none at all, and the code of code lengths never is.</summary>
    public bool Build(ReadOnlySpan<byte> lengths, bool mustBeComplete = false)
    {
        Span<int> counts = stackalloc int[DeflateAlphabet.MaximumBits + 1];
        counts.Clear();
        foreach (var length in lengths)
            counts[length]++;
        var used = lengths.Length - counts[0];
        counts[0] = 0;
        Array.Fill(_table, KindNone, 0, 1 << rootBits);
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
        if (counts[(rootBits + 1)..].ContainsAnyExcept(0))
            OpenBelow(lengths);
        Fill(lengths);
        return true;
    }

    /// <summary>Makes room for second tables, each as large as its longest code needs.</summary>
    private void OpenBelow(ReadOnlySpan<byte> lengths)
    {
        _longest.AsSpan().Clear();
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] <= rootBits)
                continue;
            ref var longest = ref _longest[_codes[symbol] & RootMask];
            longest = Math.Max(longest, lengths[symbol]);
        }
        var next = 1 << rootBits;
        for (var root = 0; root < _longest.Length; root++)
        {
            if (_longest[root] == 0)
                continue;
            var bits = _longest[root] - rootBits;
            _table[root] =
                KindBelow | ((uint)next << ValueShift) | ((uint)bits << CodeBitsShift) | (uint)rootBits;
            Array.Fill(_table, KindNone, next, 1 << bits);
            next += 1 << bits;
        }
    }

    private void Fill(ReadOnlySpan<byte> lengths)
    {
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
                continue;
            int code = _codes[symbol];
            // What has no meaning looks as if it had no code.
            var entry = meanings[symbol] == KindNone
                ? KindNone
                : meanings[symbol] + ((uint)length << CodeBitsShift) + (uint)length;
            if (length <= rootBits)
            {
                for (var at = code; at < 1 << rootBits; at += 1 << length)
                    _table[at] = entry;
                continue;
            }
            var root = _table[code & RootMask];
            var (start, width) =
                ((int)(root >> ValueShift), (int)((root >> CodeBitsShift) & CodeBitsMask));
            for (var at = code >> rootBits; at < 1 << width; at += 1 << (length - rootBits))
                _table[start + at] = entry;
        }
    }
}
