using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Blocks as zlib makes them.</summary>
/// <param name="maximumTokens">A block has no more.</param>
/// <param name="isLazy">The level looks for better matches, so that a literal is written one byte later.</param>
internal class ZlibBlockRule(int maximumTokens, bool isLazy) : BlockRule
{
    private const int MaximumStored = 65535;

    private readonly ZlibCodeLengths _codes = new();
    private readonly byte[] _literals = new byte[DeflateAlphabet.Literals];
    private readonly byte[] _distances = new byte[DeflateAlphabet.Distances];
    private readonly byte[] _codeLengths = new byte[DeflateAlphabet.CodeLengths];
    private readonly int[] _symbolCounts = new int[DeflateAlphabet.CodeLengths];
    private readonly byte[] _spelled = new byte[2 * (DeflateAlphabet.Literals + DeflateAlphabet.Distances)];

    /// <summary>The most tokens of a block.</summary>
    protected int MaximumTokens => maximumTokens;

    /// <summary>Better matches are looked for.</summary>
    protected bool IsLazy => isLazy;

    public override int TokensToCheck(int tokens) => Math.Max(1, maximumTokens - tokens);

    public override bool EndsAt(BlockStatistics block, long limit) => IsFull(block) || block.End >= limit;

    public override BlockShape Decide(BlockStatistics block, in BlockPlace place, DynamicHeader header)
    {
        // The last literal is written after the content's end was seen; then a full block is not ended for being full.
        var endsForBeingFull = IsFull(block) && !(isLazy && !Token.IsMatch(block.Last));
        var isFinal = place.IsContentEnd && block.End >= place.Limit && !endsForBeingFull;
        return new(ChooseType(block, place, header), isFinal);
    }

    /// <summary>The encoder ends the block for what is in it.</summary>
    protected virtual bool IsFull(BlockStatistics block) => block.Tokens >= maximumTokens;

    private BlockType ChooseType(BlockStatistics block, in BlockPlace place, DynamicHeader header)
    {
        var literals = _codes.Make(block.Literals, DeflateAlphabet.MaximumBits, _literals) + 1;
        var distances = _codes.Make(block.Distances, DeflateAlphabet.MaximumBits, _distances) + 1;
        _symbolCounts.AsSpan().Clear();
        var spelling = new CodeLengthSpelling(_spelled, _symbolCounts);
        Spell(ref spelling, _literals.AsSpan(0, literals));
        Spell(ref spelling, _distances.AsSpan(0, distances));
        _codes.Make(_symbolCounts, DeflateAlphabet.MaximumCodeLengthBits, _codeLengths);
        var codeLengths = BlockSizes.CodeLengths(_codeLengths);

        var extra = BlockSizes.Extra(block);
        var dynamic = BlockSizes.Codes(block.Literals, _literals) + BlockSizes.Codes(block.Distances, _distances)
            + extra + 14 + 3 * codeLengths + BlockSizes.Symbols(_symbolCounts, _codeLengths);
        var dynamicBytes = (dynamic + 3 + 7) >> 3;
        var fixedBytes = (BlockSizes.Fixed(block, block.Distances) + extra + 3 + 7) >> 3;
        var length = block.End - block.Start;
        if (length <= MaximumStored && block.Start >= place.WindowBase
            && length + 4 <= Math.Min(dynamicBytes, fixedBytes))
            return BlockType.Stored;
        if (fixedBytes <= dynamicBytes)
            return BlockType.Fixed;
        BlockSizes.Write(header, literals, distances, codeLengths, _codeLengths, _spelled.AsSpan(0, spelling.Length));
        return BlockType.Dynamic;
    }

    /// <summary>Spells code lengths; a length is repeated up to six times after it was named, or after a repetition of
    /// it.</summary>
    internal static void Spell(ref CodeLengthSpelling spelling, ReadOnlySpan<byte> lengths)
    {
        var previous = -1;
        for (var at = 0; at < lengths.Length;)
        {
            var length = lengths[at];
            var most = length == 0 ? 138 : length == previous ? 6 : 7;
            var run = 1;
            while (run < most && at + run < lengths.Length && lengths[at + run] == length)
                run++;
            at += run;
            if (run < (length == 0 || length == previous ? 3 : 4))
            {
                for (; run > 0; run--)
                    spelling.Add(length);
            }
            else if (length != 0)
            {
                if (length != previous)
                {
                    spelling.Add(length);
                    run--;
                }
                spelling.Add(16, run - 3);
            }
            else
            {
                spelling.Add(run <= 10 ? 17 : 18, run - (run <= 10 ? 3 : 11));
            }
            previous = length;
        }
    }
}
