using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Reads corrections, as far as they are needed, and trusts nothing of them.</summary>
internal sealed class CorrectionReader
{
    private ByteCursor _gap;
    private ByteCursor _kind;
    private ByteCursor _lengths;
    private ByteCursor _lowDistances;
    private ByteCursor _highDistances;
    private ByteCursor _blocks;
    private ByteCursor _headers;
    private long _blocksToNext;

    public CorrectionReader(Corrections corrections, CorrectionPlace place)
    {
        var offsets = place.Offsets;
        _gap = new(corrections.Gap, offsets[0]);
        _kind = new(corrections.Kind, offsets[1]);
        _lengths = new(corrections.Lengths, offsets[2]);
        _lowDistances = new(corrections.LowDistances, offsets[3]);
        _highDistances = new(corrections.HighDistances, offsets[4]);
        _blocks = new(corrections.Blocks, offsets[5]);
        _headers = new(corrections.Headers, offsets[6]);
        TokensToNext = NextOf(ref _gap) - place.RightTokens;
        _blocksToNext = NextOf(ref _blocks) - place.RightBlocks;
        if (TokensToNext < 0 || _blocksToNext < 0)
            throw ByteCursor.Invalid("begins a part behind a correction");
    }

    /// <summary>Tokens that are right before the next correction.</summary>
    public long TokensToNext { get; private set; }

    /// <summary>All corrections were used.</summary>
    public bool IsAtEnd => TokensToNext > long.MaxValue / 2 && _blocksToNext > long.MaxValue / 2
        && _kind.Left + _lengths.Left + _lowDistances.Left + _highDistances.Left + _headers.Left == 0;

    /// <summary>So many predicted tokens were right.</summary>
    public void Skip(int tokens) => TokensToNext -= tokens;

    /// <summary>The real token in place of the one predicted; a literal has no byte here.</summary>
    public uint TakeToken(uint predicted)
    {
        TokensToNext = NextOf(ref _gap);
        var kind = _kind.Take();
        if (kind == 0)
            return 0;
        if (kind > 4 || (kind > 1 && !Token.IsMatch(predicted)))
            throw ByteCursor.Invalid("has a correction of no kind");
        var sameDistance = ((kind - 1) & 1) != 0;
        var sameLength = ((kind - 1) & 2) != 0;
        var length = sameLength ? Token.MatchLength(predicted) : _lengths.Take() + Token.MinimumMatch;
        var distance = sameDistance
            ? Token.Distance(predicted)
            : 1 + _lowDistances.Take() + (_highDistances.Take() << 8);
        if (distance > Token.MaximumDistance)
            throw ByteCursor.Invalid("has a distance out of its bounds");
        return Token.Match(length, distance);
    }

    /// <summary>What is to be put right of the next block.</summary>
    public BlockFlags TakeBlock(out long count, out BlockShape shape, DynamicHeader header)
    {
        (count, shape) = (0, default);
        if (_blocksToNext-- > 0)
            return BlockFlags.None;
        var flags = (BlockFlags)_blocks.Take();
        const BlockFlags Both = BlockFlags.Tokens | BlockFlags.Bytes;
        if (flags == 0 || flags > (BlockFlags)15 || (flags & Both) == Both)
            throw ByteCursor.Invalid("has a block of no kind");
        if ((flags & Both) != 0)
            count = _blocks.TakeNumber(
                flags.HasFlag(BlockFlags.Tokens) ? RecipeBounds.LongBlockTokens : ushort.MaxValue);
        if (flags.HasFlag(BlockFlags.Shape))
        {
            var value = _blocks.Take();
            if (value > 5)
                throw ByteCursor.Invalid("has a block of no kind");
            shape = new((BlockType)(value >> 1), (value & 1) != 0);
        }
        if (flags.HasFlag(BlockFlags.Header))
            TakeHeader(header);
        _blocksToNext = NextOf(ref _blocks);
        return flags;
    }

    private void TakeHeader(DynamicHeader header)
    {
        var (literals, distances, lengths) = (_headers.Take() + 257, _headers.Take() + 1, _headers.Take() + 4);
        if (literals > DeflateAlphabet.Literals || distances > DeflateAlphabet.Distances
            || lengths > DeflateAlphabet.CodeLengths)
            throw ByteCursor.Invalid("has a header out of its bounds");
        header.Begin(literals, distances, lengths);
        for (var index = 0; index < lengths; index++)
            header.Add(Bounded(_headers.Take(), DeflateAlphabet.MaximumCodeLengthBits));
        for (var left = literals + distances; left > 0;)
        {
            var symbol = Bounded(_headers.Take(), DeflateAlphabet.CodeLengths - 1);
            header.Add(symbol);
            var extra = 0;
            if (symbol >= 16)
                header.Add(extra = Bounded(_headers.Take(), (1 << DynamicHeader.RunBits(symbol)) - 1));
            left -= DynamicHeader.RunLength(symbol, extra);
        }
    }

    private static int Bounded(byte value, int most) =>
        value <= most ? value : throw ByteCursor.Invalid("has a header out of its bounds");

    private static long NextOf(ref ByteCursor cursor) =>
        cursor.Left > 0 ? cursor.TakeNumber(long.MaxValue / 4) : long.MaxValue;
}
