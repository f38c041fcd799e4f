using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// Writes blocks as Go's <c>compress/flate</c> up to 1.26 does at its fastest levels: with codes of their own, or
/// stored where these spare less than a sixteenth. The bits beside the codes are not reckoned.
/// </summary>
internal sealed class GoBlockWriter
{
    private readonly GoCodeLengths _codeLengths = new();
    private readonly HuffmanCode _literals = new(DeflateAlphabet.Literals);
    private readonly HuffmanCode _distances = new(DeflateAlphabet.Distances);
    private readonly TokenCodes _tokenCodes = new();
    private readonly int[] _byteCounts = new int[DeflateAlphabet.EndOfBlock + 1];
    private readonly GoHeader _spelling;
    private readonly DynamicHeader _header = new();

    public GoBlockWriter() => _spelling = new GoHeader(_codeLengths);

    public void WriteTokens(BitWriter output, BlockTokens tokens, ReadOnlySpan<byte> content)
    {
        tokens.CountLiterals();
        var literals = tokens.SymbolCounts;
        var distances = tokens.DistanceCounts;
        literals[DeflateAlphabet.EndOfBlock] = 1;
        if (!distances.ContainsAnyExcept(0))
            distances[0] = 1;
        _literals.Build(_codeLengths, literals);
        _distances.Build(_codeLengths, distances);
        _spelling.Spell(_literals.Lengths[..(literals.LastIndexOfAnyExcept(0) + 1)],
            _distances.Lengths[..(distances.LastIndexOfAnyExcept(0) + 1)]);
        if (!Begin(output, _literals.BitCount(literals) + _distances.BitCount(distances), content))
            return;
        _tokenCodes.Set(_literals, _distances);
        TokenWriter.WriteTokens(output, tokens, _tokenCodes);
        _literals.Write(output, DeflateAlphabet.EndOfBlock);
    }

    public void WriteLiterals(BitWriter output, ReadOnlySpan<byte> content)
    {
        _byteCounts.AsSpan().Clear();
        ByteHistogram.Count(content, _byteCounts);
        _byteCounts[DeflateAlphabet.EndOfBlock] = 1;
        _literals.Build(_codeLengths, _byteCounts);
        // One distance has a code. It is never written, and its bit is reckoned in.
        _spelling.Spell(_literals.Lengths[.._byteCounts.Length], [1]);
        if (!Begin(output, _literals.BitCount(_byteCounts) + 1, content))
            return;
        TokenWriter.WriteLiterals(output, content, _literals);
        _literals.Write(output, DeflateAlphabet.EndOfBlock);
    }

    /// <summary>Begins a block, or stores the content and gives false.</summary>
    private bool Begin(BitWriter output, long symbolBits, ReadOnlySpan<byte> content)
    {
        var size = _spelling.Size + symbolBits;
        if ((content.Length + 5) * 8 < size + (size >> 4))
        {
            BlockWriter.WriteStored(output, isFinal: false, content);
            return false;
        }
        _spelling.Write(_header);
        BlockWriter.WriteHeader(output, isFinal: false, _header);
        return true;
    }
}
