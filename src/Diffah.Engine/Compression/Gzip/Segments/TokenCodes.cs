using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>The codes of a block in the form in which tokens are written fastest.</summary>
internal sealed class TokenCodes
{
    private readonly uint[] _literals = new uint[256];
    private readonly uint[] _lengths = new uint[Token.MaximumMatch - Token.MinimumMatch + 1];
    private readonly uint[] _distances = new uint[DeflateAlphabet.Distances];

    public static TokenCodes Fixed { get; } = MakeFixed();

    public ReadOnlySpan<uint> Literals => _literals;

    /// <summary>
    /// Of each length, from 3 on, the code with its extra bits, up to 20 bits, and from bit 24 on how many these are.
    /// </summary>
    public ReadOnlySpan<uint> Lengths => _lengths;

    public ReadOnlySpan<uint> Distances => _distances;

    public void Set(HuffmanCode literals, HuffmanCode distances)
    {
        literals.Codes[..256].CopyTo(_literals);
        distances.Codes[..DeflateAlphabet.Distances].CopyTo(_distances);
        for (var length = Token.MinimumMatch; length <= Token.MaximumMatch; length++)
        {
            var symbol = DeflateAlphabet.LengthSymbol(length);
            var code = literals.Codes[DeflateAlphabet.FirstLength + symbol];
            var codeBits = (int)(code >> 16);
            var extra = (uint)(length - DeflateAlphabet.LengthBase[symbol]);
            _lengths[length - Token.MinimumMatch] = ((uint)(codeBits + DeflateAlphabet.LengthExtra[symbol]) << 24)
                | (extra << codeBits) | (code & 0xffff);
        }
    }

    private static TokenCodes MakeFixed()
    {
        var codes = new TokenCodes();
        codes.Set(HuffmanCode.FixedLiterals, HuffmanCode.FixedDistances);
        return codes;
    }
}
