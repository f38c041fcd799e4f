using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>A canonical Huffman code (RFC 1951, section 3.2.2), ready to be written.</summary>
internal sealed class HuffmanCode
{
    private readonly byte[] _lengths;
    private readonly uint[] _codes;

    public HuffmanCode(int symbols)
    {
        _lengths = new byte[symbols];
        _codes = new uint[symbols];
    }

    public ReadOnlySpan<byte> Lengths => _lengths;

    /// <summary>Of each symbol the code, its first bit lowest, and above bit 16 its length.</summary>
    public ReadOnlySpan<uint> Codes => _codes;

    public static HuffmanCode FixedLiteralLength { get; } = MakeFixedLiteralLength();

    public static HuffmanCode FixedDistance { get; } = MakeFixedDistance();

    /// <summary>The code of distances in a block of literals: one symbol that is never written.</summary>
    public static HuffmanCode UnusedDistance { get; } = MakeUnusedDistance();

    public void Build(PackageMerge lengths, ReadOnlySpan<int> frequencies, int maxLength)
    {
        _lengths.AsSpan(frequencies.Length).Clear();
        lengths.Assign(frequencies, maxLength, _lengths);
        AssignCodes();
    }

    /// <summary>How many bits the symbols take. Symbols without a code count nothing.</summary>
    public int BitCount(ReadOnlySpan<int> frequencies)
    {
        var bits = 0;
        var lengths = _lengths.AsSpan(0, frequencies.Length);
        for (var i = 0; i < lengths.Length; i++)
            bits += frequencies[i] * lengths[i];
        return bits;
    }

    /// <summary>Whether every symbol that occurs has a code.</summary>
    public bool Covers(ReadOnlySpan<int> frequencies)
    {
        for (var i = 0; i < frequencies.Length; i++)
        {
            if (frequencies[i] != 0 && _lengths[i] == 0)
                return false;
        }
        return true;
    }

    private void AssignCodes()
    {
        Span<int> next = stackalloc int[DeflateAlphabet.MaxCodeLength + 2];
        next.Clear();
        foreach (var length in _lengths)
            next[length + 1]++;
        next[1] = 0;
        for (var length = 1; length <= DeflateAlphabet.MaxCodeLength; length++)
            next[length + 1] = (next[length] + next[length + 1]) << 1;
        for (var symbol = 0; symbol < _lengths.Length; symbol++)
        {
            var length = _lengths[symbol];
            _codes[symbol] = length == 0 ? 0 : Entry(next[length]++, length);
        }
    }

    private static uint Entry(int code, int length) => ((uint)length << 16) | (Reverse((uint)code) >> (16 - length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reverse(uint bits)
    {
        bits = ((bits >> 1) & 0x5555) | ((bits & 0x5555) << 1);
        bits = ((bits >> 2) & 0x3333) | ((bits & 0x3333) << 2);
        bits = ((bits >> 4) & 0x0f0f) | ((bits & 0x0f0f) << 4);
        return (bits >> 8) | ((bits & 0xff) << 8);
    }

    private static HuffmanCode MakeFixedLiteralLength()
    {
        // Two symbols more than are used, so that the code is complete: theirs come after all others of their length.
        var code = new HuffmanCode(DeflateAlphabet.LiteralLengthCodes + 2);
        code._lengths.AsSpan().Fill(8);
        code._lengths.AsSpan(144, 112).Fill(9);
        code._lengths.AsSpan(256, 24).Fill(7);
        code.AssignCodes();
        return code;
    }

    private static HuffmanCode MakeFixedDistance()
    {
        var code = new HuffmanCode(DeflateAlphabet.DistanceCodes);
        code._lengths.AsSpan().Fill(5);
        code.AssignCodes();
        return code;
    }

    private static HuffmanCode MakeUnusedDistance()
    {
        var code = new HuffmanCode(DeflateAlphabet.DistanceCodes);
        code._lengths[0] = 1;
        code.AssignCodes();
        return code;
    }
}
