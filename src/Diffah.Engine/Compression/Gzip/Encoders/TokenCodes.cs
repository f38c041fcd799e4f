namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The codes of a block in the form in which tokens are written fastest.</summary>
internal sealed class TokenCodes
{
    private readonly uint[] _literals = new uint[256];
    private readonly uint[] _lengths = new uint[DeflateAlphabet.MaxMatch - DeflateAlphabet.MinMatch + 1];
    private readonly uint[] _distances = new uint[DeflateAlphabet.DistanceCodes];

    public static TokenCodes Fixed { get; } =
        new TokenCodes().Of(HuffmanCode.FixedLiteralLength, HuffmanCode.FixedDistance);

    public ReadOnlySpan<uint> Literals => _literals;

    /// <summary>Of each length the code with its extra bits, up to 20 bits, and above bit 24 how many these are.</summary>
    public ReadOnlySpan<uint> Lengths => _lengths;

    public ReadOnlySpan<uint> Distances => _distances;

    public TokenCodes Of(HuffmanCode literalLength, HuffmanCode distance)
    {
        literalLength.Codes[..256].CopyTo(_literals);
        distance.Codes[..DeflateAlphabet.DistanceCodes].CopyTo(_distances);
        var length = 0;
        for (var code = 0; code < DeflateAlphabet.LengthExtraBits.Length; code++)
        {
            var entry = literalLength.Codes[DeflateAlphabet.FirstLengthCode + code];
            var codeBits = (int)(entry >> 16);
            var extraBits = DeflateAlphabet.LengthExtraBits[code];
            for (var extra = 0u; length < _lengths.Length && DeflateAlphabet.LengthCodes[length] == code; extra++)
                _lengths[length++] = ((uint)(codeBits + extraBits) << 24) | (extra << codeBits) | (entry & 0xffff);
        }
        return this;
    }
}
