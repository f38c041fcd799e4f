namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Writes blocks as klauspost/compress does. A block with codes of its own stays open: what comes next goes into it too,
/// unless codes made anew are expected to spare more than their header takes.
/// </summary>
/// <param name="release">Whose bytes.</param>
/// <param name="penaltyShift">New codes are reckoned larger by this share of them, as a right shift.</param>
internal sealed class KlauspostBlockWriter(KlauspostRelease release, int penaltyShift)
{
    // From so many tokens on the fixed codes are not considered.
    private const int FixedCodesBelow = 250;
    private const int AllDistanceCodes = DeflateAlphabet.DistanceCodes;

    private readonly PackageMerge _packageMerge = new();
    private readonly HuffmanCode _distance = new(DeflateAlphabet.DistanceCodes);
    private readonly TokenCodes _tokenCodes = new();
    private readonly int[] _byteCounts = new int[DeflateAlphabet.EndOfBlock + 1];
    private readonly DynamicHeader _header = new(new PackageMerge());
    private HuffmanCode _literalLength = new(DeflateAlphabet.LiteralLengthCodes);
    private HuffmanCode _spare = new(DeflateAlphabet.LiteralLengthCodes);

    // The size of the header of the block that is open, and 0 where none is.
    private int _openHeader;
    private bool _isOpenForLiteralsOnly;

    public void Clear() => _openHeader = 0;

    /// <summary>Ends with an empty stored block, at a whole byte.</summary>
    public void WriteSyncMarker(BitOutput output) => WriteStored(output, []);

    /// <summary>Ends the stream with an empty block of fixed codes.</summary>
    public void WriteEnd(BitOutput output)
    {
        EndOpenBlock(output);
        output.Put(0b011, 3 + 7);
        output.AlignToByte();
    }

    public void WriteStored(BitOutput output, ReadOnlySpan<byte> content)
    {
        EndOpenBlock(output);
        output.PutStored(content, final: false);
    }

    /// <summary>Writes literals alone.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The literals.</param>
    /// <param name="ends">Whether the block ends with them.</param>
    public void WriteLiterals(BitOutput output, ReadOnlySpan<byte> content, bool ends)
    {
        CountBytes(content);
        if (content.Length > 1024 && ByteHistogram.IsEven(_byteCounts, content.Length))
        {
            WriteStored(output, content);
            return;
        }
        _byteCounts[DeflateAlphabet.EndOfBlock] = 1;
        _spare.Build(_packageMerge, _byteCounts, DeflateAlphabet.MaxCodeLength);
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
        output.PutLiterals(content, _literalLength);
        if (ends)
            EndOpenBlock(output);
    }

    /// <summary>Writes tokens.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="tokens">The tokens; their counts are completed.</param>
    /// <param name="content">What they stand for, if it may be stored instead.</param>
    /// <param name="isStorable">Whether it may.</param>
    /// <param name="ends">Whether the block ends with them.</param>
    public void WriteTokens(BitOutput output, BlockTokens tokens, ReadOnlySpan<byte> content, bool isStorable, bool ends)
    {
        tokens.CountLiterals();
        tokens.LiteralLengthCounts[DeflateAlphabet.EndOfBlock] = ends ? 1 : 0;
        if (_openHeader > 0 && !CanTake(tokens))
            EndOpenBlock(output);
        var (literalLengths, distances) = CompleteCounts(tokens, ends);
        var block = new Block(tokens, ends, isStorable ? StoredSize(content) : int.MaxValue,
            isStorable || _openHeader > 0 ? ExtraBits(tokens) : 0);
        if (_openHeader > 0 && !Continue(output, block, content))
            return;
        if (_openHeader == 0 && !Open(output, block, content, literalLengths, distances))
            return;
        output.PutTokens(tokens, _tokenCodes);
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
        return _literalLength.Covers(bytes) && _literalLength.BitCount(bytes) <= newSize;
    }

    private void OpenForLiterals(BitOutput output)
    {
        (_literalLength, _spare) = (_spare, _literalLength);
        _header.Prepare(_literalLength.Lengths[.._byteCounts.Length], HuffmanCode.UnusedDistance.Lengths[..1]);
        _header.Write(output);
        _openHeader = _header.BitCount;
        _isOpenForLiteralsOnly = true;
    }

    private bool CanTake(BlockTokens tokens) => !_isOpenForLiteralsOnly
        && _distance.Covers(tokens.DistanceCounts) && _literalLength.Covers(tokens.LiteralLengthCounts);

    /// <summary>How many symbols of each alphabet a new header describes.</summary>
    private (int LiteralLengths, int Distances) CompleteCounts(BlockTokens tokens, bool ends)
    {
        if (release < KlauspostRelease.V1_18_1 && !ends)
            return (DeflateAlphabet.LiteralLengthCodes, AllDistanceCodes);
        if (release >= KlauspostRelease.V1_18_2)
            tokens.LiteralLengthCounts[DeflateAlphabet.EndOfBlock] = 1;
        if (!tokens.DistanceCounts.ContainsAnyExcept(0))
            tokens.DistanceCounts[0] = 1;
        var literalLengths = tokens.LiteralLengthCounts.LastIndexOfAnyExcept(0) + 1;
        return (Math.Max(literalLengths, DeflateAlphabet.FirstLengthCode),
            tokens.DistanceCounts.LastIndexOfAnyExcept(0) + 1);
    }

    /// <summary>Decides whether the open block takes the tokens; false if they were written otherwise.</summary>
    private bool Continue(BitOutput output, in Block block, ReadOnlySpan<byte> content)
    {
        var newSize = _openHeader + TokenEstimate.Bits(block.Tokens, block.TokenCount);
        newSize += _literalLength.Lengths[DeflateAlphabet.EndOfBlock] + (newSize >> penaltyShift);
        var size = _literalLength.BitCount(block.Tokens.LiteralLengthCounts)
            + _distance.BitCount(block.Tokens.DistanceCounts) + block.ExtraBits;
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
    private bool Open(BitOutput output, in Block block, ReadOnlySpan<byte> content, int literalLengths, int distances)
    {
        var tokens = block.Tokens;
        tokens.LiteralLengthCounts[DeflateAlphabet.EndOfBlock] = 1;
        _literalLength.Build(_packageMerge, tokens.LiteralLengthCounts, DeflateAlphabet.MaxCodeLength);
        _distance.Build(_packageMerge, tokens.DistanceCounts, DeflateAlphabet.MaxCodeLength);
        _header.Prepare(_literalLength.Lengths[..literalLengths], _distance.Lengths[..distances]);
        var size = _header.BitCount + _literalLength.BitCount(tokens.LiteralLengthCounts)
            + _distance.BitCount(tokens.DistanceCounts) + block.ExtraBits;
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
        _header.Write(output);
        _tokenCodes.Of(_literalLength, _distance);
        _openHeader = _header.BitCount;
        _isOpenForLiteralsOnly = false;
        return true;
    }

    private void WriteFixed(BitOutput output, BlockTokens tokens)
    {
        EndOpenBlock(output);
        output.Put(0b010, 3);
        output.PutTokens(tokens, TokenCodes.Fixed);
        output.PutCode(HuffmanCode.FixedLiteralLength, DeflateAlphabet.EndOfBlock);
    }

    private void EndOpenBlock(BitOutput output)
    {
        if (_openHeader > 0)
            output.PutCode(_literalLength, DeflateAlphabet.EndOfBlock);
        _openHeader = 0;
    }

    private static int ExtraBits(BlockTokens tokens)
    {
        var bits = 0;
        var lengths = tokens.LiteralLengthCounts[DeflateAlphabet.FirstLengthCode..];
        for (var code = 0; code < lengths.Length; code++)
            bits += lengths[code] * DeflateAlphabet.LengthExtraBits[code];
        for (var code = 0; code < AllDistanceCodes; code++)
            bits += tokens.DistanceCounts[code] * DeflateAlphabet.DistanceExtraBits[code];
        return bits;
    }

    private readonly record struct Block(BlockTokens Tokens, bool Ends, int StoredSize, int ExtraBits)
    {
        /// <summary>The end of the block counts as a token where it comes right after them.</summary>
        public int TokenCount => Tokens.Count + (Ends ? 1 : 0);

        public int FixedSize => 3 + HuffmanCode.FixedLiteralLength.BitCount(Tokens.LiteralLengthCounts)
            + HuffmanCode.FixedDistance.BitCount(Tokens.DistanceCounts) + ExtraBits;
    }
}
