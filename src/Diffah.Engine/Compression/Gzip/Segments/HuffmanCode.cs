using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>A canonical Huffman code, ready to be written.</summary>
internal sealed class HuffmanCode
{
    private readonly byte[] _lengths;
    private readonly ushort[] _bits;
    private readonly uint[] _codes;

    public HuffmanCode(int symbols)
    {
        _lengths = new byte[symbols];
        _bits = new ushort[symbols];
        _codes = new uint[symbols];
    }

    private HuffmanCode(ReadOnlySpan<byte> lengths)
        : this(lengths.Length)
    {
        lengths.CopyTo(_lengths);
        AssignCodes();
    }

    public static HuffmanCode FixedLiterals { get; } = new(DeflateAlphabet.FixedLiteralLengths);

    public static HuffmanCode FixedDistances { get; } = new(DeflateAlphabet.FixedDistanceLengths);

    public ReadOnlySpan<byte> Lengths => _lengths;

    /// <summary>Of each symbol the code, as it is written, and from bit 16 on its length.</summary>
    public ReadOnlySpan<uint> Codes => _codes;

    public void Build(GoCodeLengths codeLengths, ReadOnlySpan<int> counts)
    {
        _lengths.AsSpan(counts.Length).Clear();
        codeLengths.Make(counts, DeflateAlphabet.MaximumBits, _lengths);
        AssignCodes();
    }

    /// <summary>How many bits the symbols take. Symbols without a code count nothing.</summary>
    public int BitCount(ReadOnlySpan<int> counts) => (int)BlockSizes.Codes(counts, _lengths);

    /// <summary>Whether every symbol that occurs has a code.</summary>
    public bool Covers(ReadOnlySpan<int> counts)
    {
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] != 0 && _lengths[symbol] == 0)
                return false;
        }
        return true;
    }

    public void Write(BitWriter output, int symbol) =>
        output.Write(_codes[symbol] & 0xffff, (int)(_codes[symbol] >> 16));

    private void AssignCodes()
    {
        CanonicalCode.Assign(_lengths, _bits);
        for (var symbol = 0; symbol < _lengths.Length; symbol++)
            _codes[symbol] = _bits[symbol] | ((uint)_lengths[symbol] << 16);
    }
}
