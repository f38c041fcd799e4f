using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// Writes blocks as klauspost/compress does. A block with codes of its own stays open: what comes next goes into it
/// too, unless codes made anew are expected to spare more than their header takes.
/// </summary>
/// <param name="release">Whose bytes.</param>
/// <param name="penaltyShift">New codes are reckoned larger by this share of them, as a right shift.</param>
internal sealed class KlauspostBlockWriter(KlauspostRelease release, int penaltyShift)
{
    // From so many tokens on the fixed codes are not considered.
    private const int FixedCodesBelow = 250;

    private readonly GoCodeLengths _codeLengths = new();
    private readonly HuffmanCode _distances = new(DeflateAlphabet.Distances);
    private readonly TokenCodes _tokenCodes = new();
    private readonly int[] _byteCounts = new int[DeflateAlphabet.EndOfBlock + 1];
    private readonly GoHeader _spelling = new(new GoCodeLengths());
    private readonly DynamicHeader _header = new();
    private HuffmanCode _literals = new(DeflateAlphabet.Literals);
    private HuffmanCode _spare = new(DeflateAlphabet.Literals);

    // The size of the header of the block that is open, and 0 where none is.
    private int _openHeader;
    private bool _isOpenForLiteralsOnly;

    public void Clear() => _openHeader = 0;

    /// <summary>Ends the stream with an empty block of fixed codes.</summary>
    public void WriteEnd(BitWriter output)
    {
        EndOpenBlock(output);
        output.Write(0b011, 3 + 7);
        output.Align();
    }

    public void WriteStored(BitWriter output, ReadOnlySpan<byte> content)
    {
        EndOpenBlock(output);
        BlockWriter.WriteStored(output, isFinal: false, content);
    }

    /// <summary>Writes literals alone.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The literals.</param>
    /// <param name="ends">Whether the block ends with them.</param>
    public void WriteLiterals(BitWriter output, ReadOnlySpan<byte> content, bool ends)
    {
        CountBytes(content);
        if (content.Length > 1024 && ByteHistogram.IsEven(_byteCounts, content.Length))
        {
            WriteStored(output, content);
            return;
        }
        _byteCounts[DeflateAlphabet.EndOfBlock] = 1;
        _spare.Build(_codeLengths, _byteCounts);
        var size = EstimateLiterals();
        if (StoredSize(content) <= size)
        {
            WriteStored(output, content);
            return;
        }
        if (_openHeader > 0 && !IsBetterForLiterals(size))
            EndOpenBlock(output);
        if (_openHeader == 0)
            OpenForLiterals(output);
        TokenWriter.WriteLiterals(output, content, _literals);
        if (ends)
            EndOpenBlock(output);
    }

    /// <summary>Writes tokens.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="tokens">The tokens; their counts are completed.</param>
    /// <param name="content">What they stand for, if it may be stored instead.</param>
    /// <param name="isStorable">Whether it may.</param>
    /// <param name="ends">Whether the block ends with them.</param>
    public void WriteTokens(
        BitWriter output, BlockTokens tokens, ReadOnlySpan<byte> content, bool isStorable, bool ends)
    {
        tokens.CountLiterals();
        tokens.SymbolCounts[DeflateAlphabet.EndOfBlock] = ends ? 1 : 0;
        if (_openHeader > 0 && !CanTake(tokens))
            EndOpenBlock(output);
        var (literalLengths, distances) = CompleteCounts(tokens, ends);
        var block = new Block(tokens, ends, isStorable ? StoredSize(content) : int.MaxValue,
            isStorable || _openHeader > 0 ? ExtraBits(tokens) : 0);
        if (_openHeader > 0 && !Continue(output, block, content))
            return;
        if (_openHeader == 0 && !Open(output, block, content, literalLengths, distances))
            return;
        TokenWriter.WriteTokens(output, tokens, _tokenCodes);
        if (ends)
            EndOpenBlock(output);
    }

    private static int StoredSize(ReadOnlySpan<byte> content) => (content.Length + 5) * 8;

    private void CountBytes(ReadOnlySpan<byte> content)
    {
        _byteCounts.AsSpan().Clear();
        ByteHistogram.Count(content, _byteCounts);
    }

    private int EstimateLiterals()
    {
        // A header of literals has about 70 bytes.
        const int usualHeader = 70 * 8;
        var size = _spare.BitCount(_byteCounts) + (_openHeader == 0 ? usualHeader : _openHeader);
        return size + (size >> penaltyShift);
    }

    private bool IsBetterForLiterals(int newSize)
    {
        var bytes = _byteCounts.AsSpan(0, DeflateAlphabet.EndOfBlock);
        return _literals.Covers(bytes) && _literals.BitCount(bytes) <= newSize;
    }

    private void OpenForLiterals(BitWriter output)
    {
        (_literals, _spare) = (_spare, _literals);
        _spelling.Spell(_literals.Lengths[.._byteCounts.Length], [1]);
        WriteHeader(output);
        _isOpenForLiteralsOnly = true;
    }

    private bool CanTake(BlockTokens tokens) => !_isOpenForLiteralsOnly
        && _distances.Covers(tokens.DistanceCounts) && _literals.Covers(tokens.SymbolCounts);

    /// <summary>How many symbols of each alphabet a new header describes.</summary>
    private (int LiteralLengths, int Distances) CompleteCounts(BlockTokens tokens, bool ends)
    {
        if (release < KlauspostRelease.V1_18_1 && !ends)
            return (DeflateAlphabet.Literals, DeflateAlphabet.Distances);
        if (release >= KlauspostRelease.V1_18_2)
            tokens.SymbolCounts[DeflateAlphabet.EndOfBlock] = 1;
        if (!tokens.DistanceCounts.ContainsAnyExcept(0))
            tokens.DistanceCounts[0] = 1;
        var literalLengths = tokens.SymbolCounts.LastIndexOfAnyExcept(0) + 1;
        return (Math.Max(literalLengths, DeflateAlphabet.FirstLength),
            tokens.DistanceCounts.LastIndexOfAnyExcept(0) + 1);
    }

    /// <summary>Decides whether the open block takes the tokens; false if they were written otherwise.</summary>
    private bool Continue(BitWriter output, in Block block, ReadOnlySpan<byte> content)
    {
        var newSize = _openHeader + TokenEstimate.Bits(block.Tokens, block.TokenCount);
        newSize += _literals.Lengths[DeflateAlphabet.EndOfBlock] + (newSize >> penaltyShift);
        var size = _literals.BitCount(block.Tokens.SymbolCounts)
            + _distances.BitCount(block.Tokens.DistanceCounts) + block.ExtraBits;
        if (newSize < size)
        {
            EndOpenBlock(output);
            size = newSize;
        }
        var preferFixed = block.TokenCount < FixedCodesBelow && block.FixedSize + 7 < size;
        if (block.StoredSize <= size)
            WriteStored(output, content);
        else if (preferFixed)
            WriteFixed(output, block.Tokens);
        else
            return true;
        return false;
    }

    /// <summary>Opens a block with codes of its own; false if the tokens were written otherwise.</summary>
    private bool Open(BitWriter output, in Block block, ReadOnlySpan<byte> content, int literalLengths, int distances)
    {
        var tokens = block.Tokens;
        tokens.SymbolCounts[DeflateAlphabet.EndOfBlock] = 1;
        _literals.Build(_codeLengths, tokens.SymbolCounts);
        _distances.Build(_codeLengths, tokens.DistanceCounts);
        _spelling.Spell(_literals.Lengths[..literalLengths], _distances.Lengths[..distances]);
        var size = (int)_spelling.Size + _literals.BitCount(tokens.SymbolCounts)
            + _distances.BitCount(tokens.DistanceCounts) + block.ExtraBits;
        var preferFixed = block.TokenCount < FixedCodesBelow && block.FixedSize <= size;
        if (block.StoredSize <= (preferFixed ? block.FixedSize : size))
        {
            WriteStored(output, content);
            return false;
        }
        if (preferFixed)
        {
            WriteFixed(output, tokens);
            return false;
        }
        WriteHeader(output);
        _tokenCodes.Set(_literals, _distances);
        _isOpenForLiteralsOnly = false;
        return true;
    }

    private void WriteHeader(BitWriter output)
    {
        _spelling.Write(_header);
        BlockWriter.WriteHeader(output, isFinal: false, _header);
        _openHeader = (int)_spelling.Size;
    }

    private void WriteFixed(BitWriter output, BlockTokens tokens)
    {
        EndOpenBlock(output);
        output.Write(0b010, 3);
        TokenWriter.WriteTokens(output, tokens, TokenCodes.Fixed);
        HuffmanCode.FixedLiterals.Write(output, DeflateAlphabet.EndOfBlock);
    }

    private void EndOpenBlock(BitWriter output)
    {
        if (_openHeader > 0)
            _literals.Write(output, DeflateAlphabet.EndOfBlock);
        _openHeader = 0;
    }

    private static int ExtraBits(BlockTokens tokens) =>
        (int)(BlockSizes.Codes(tokens.SymbolCounts[DeflateAlphabet.FirstLength..], DeflateAlphabet.LengthExtra)
            + BlockSizes.Codes(tokens.DistanceCounts, DeflateAlphabet.DistanceExtra));

    private readonly record struct Block(BlockTokens Tokens, bool Ends, int StoredSize, int ExtraBits)
    {
        /// <summary>The end of the block counts as a token where it comes right after them.</summary>
        public int TokenCount => Tokens.Count + (Ends ? 1 : 0);

        public int FixedSize => 3 + HuffmanCode.FixedLiterals.BitCount(Tokens.SymbolCounts)
            + HuffmanCode.FixedDistances.BitCount(Tokens.DistanceCounts) + ExtraBits;
    }
}
