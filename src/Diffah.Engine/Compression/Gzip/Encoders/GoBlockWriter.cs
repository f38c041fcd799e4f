namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Writes blocks as Go's <c>compress/flate</c> up to 1.26 does at its fastest levels: with codes of their own, or
/// stored where these spare less than a sixteenth. The bits beside the codes are not reckoned.
/// </summary>
internal sealed class GoBlockWriter
{
    private readonly PackageMerge _packageMerge = new();
    private readonly HuffmanCode _literalLength = new(DeflateAlphabet.LiteralLengthCodes);
    private readonly HuffmanCode _distance = new(DeflateAlphabet.DistanceCodes);
    private readonly TokenCodes _tokenCodes = new();
    private readonly int[] _byteCounts = new int[DeflateAlphabet.EndOfBlock + 1];
    private readonly DynamicHeader _header;

    public GoBlockWriter() => _header = new DynamicHeader(_packageMerge);

    public void WriteTokens(BitOutput output, BlockTokens tokens, ReadOnlySpan<byte> content)
    {
        tokens.CountLiterals();
        var literalLengths = tokens.LiteralLengthCounts;
        var distances = tokens.DistanceCounts;
        literalLengths[DeflateAlphabet.EndOfBlock] = 1;
        if (!distances.ContainsAnyExcept(0))
            distances[0] = 1;
        _literalLength.Build(_packageMerge, literalLengths, DeflateAlphabet.MaxCodeLength);
        _distance.Build(_packageMerge, distances, DeflateAlphabet.MaxCodeLength);
        _header.Prepare(_literalLength.Lengths[..(literalLengths.LastIndexOfAnyExcept(0) + 1)],
            _distance.Lengths[..(distances.LastIndexOfAnyExcept(0) + 1)]);
        var size = _header.BitCount + _literalLength.BitCount(literalLengths) + _distance.BitCount(distances);
        if (IsBetterStored(size, content))
        {
            output.PutStored(content, final: false);
            return;
        }
        _header.Write(output);
        output.PutTokens(tokens, _tokenCodes.Of(_literalLength, _distance));
        output.PutCode(_literalLength, DeflateAlphabet.EndOfBlock);
    }

    public void WriteLiterals(BitOutput output, ReadOnlySpan<byte> content)
    {
        _byteCounts.AsSpan().Clear();
        ByteHistogram.Count(content, _byteCounts);
        _byteCounts[DeflateAlphabet.EndOfBlock] = 1;
        _literalLength.Build(_packageMerge, _byteCounts, DeflateAlphabet.MaxCodeLength);
        _header.Prepare(_literalLength.Lengths[.._byteCounts.Length], HuffmanCode.UnusedDistance.Lengths[..1]);
        // The distance that is never written counts its bit.
        var size = _header.BitCount + _literalLength.BitCount(_byteCounts) + 1;
        if (IsBetterStored(size, content))
        {
            output.PutStored(content, final: false);
            return;
        }
        _header.Write(output);
        output.PutLiterals(content, _literalLength);
        output.PutCode(_literalLength, DeflateAlphabet.EndOfBlock);
    }

    private static bool IsBetterStored(int size, ReadOnlySpan<byte> content) =>
        (content.Length + 5) * 8 < size + (size >> 4);
}
