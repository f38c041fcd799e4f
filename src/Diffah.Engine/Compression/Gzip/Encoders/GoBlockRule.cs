using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Blocks as Go's compress/flate up to 1.26 makes them, levels 2 to 9.</summary>
internal sealed class GoBlockRule : BlockRule
{
    private const int MaximumTokens = 16384;
    private const int MaximumStored = 65535;

    private readonly GoCodeLengths _codes = new();
    private readonly byte[] _literals = new byte[DeflateAlphabet.Literals];
    private readonly byte[] _distances = new byte[DeflateAlphabet.Distances];
    private readonly byte[] _codeLengths = new byte[DeflateAlphabet.CodeLengths];
    private readonly int[] _distanceCounts = new int[DeflateAlphabet.Distances];
    private readonly int[] _symbolCounts = new int[DeflateAlphabet.CodeLengths];
    private readonly byte[] _spelled = new byte[2 * (DeflateAlphabet.Literals + DeflateAlphabet.Distances)];

    public override int TokensToCheck(int tokens) => Math.Max(1, MaximumTokens - tokens);

    public override bool EndsAt(BlockStatistics block, long limit) =>
        block.Tokens >= MaximumTokens || block.End >= limit;

    public override BlockShape Decide(BlockStatistics block, in BlockPlace place, DynamicHeader header)
    {
        // Closing writes an empty stored block.
        if (block.Tokens == 0)
            return new(BlockType.Stored, true);
        block.Distances.CopyTo(_distanceCounts, 0);
        var literals = block.Literals.AsSpan().LastIndexOfAnyExcept(0) + 1;
        var distances = _distanceCounts.AsSpan().LastIndexOfAnyExcept(0) + 1;
        if (distances == 0)
            (_distanceCounts[0], distances) = (1, 1);
        _codes.Make(block.Literals, DeflateAlphabet.MaximumBits, _literals);
        _codes.Make(_distanceCounts, DeflateAlphabet.MaximumBits, _distances);
        var symbols = Spell(literals, distances);
        _codes.Make(_symbolCounts, DeflateAlphabet.MaximumCodeLengthBits, _codeLengths);

        var length = block.End - block.Start;
        var storable = length <= MaximumStored && block.Start >= place.WindowBase;
        var extra = BlockSizes.Extra(block);
        var best = new BlockShape(BlockType.Fixed, false);
        var size = 3 + BlockSizes.Fixed(block, _distanceCounts) + extra;
        var dynamic = BlockSizes.Codes(block.Literals, _literals) + BlockSizes.Codes(_distanceCounts, _distances)
            + extra + HeaderSize(out var codeLengths);
        if (dynamic < size)
            (best, size) = (new(BlockType.Dynamic, false), dynamic);
        if (storable && (length + 5) * 8 < size)
            best = new(BlockType.Stored, false);
        if (best.Type == BlockType.Dynamic)
            BlockSizes.Write(header, literals, distances, codeLengths, _codeLengths, _spelled.AsSpan(0, symbols));
        return best;
    }

    private long HeaderSize(out int codeLengths)
    {
        codeLengths = BlockSizes.CodeLengths(_codeLengths);
        return 3 + 14 + 3 * codeLengths + BlockSizes.Symbols(_symbolCounts, _codeLengths);
    }

    /// <summary>Spells the code lengths; repetitions go on from literals to distances.</summary>
    private int Spell(int literals, int distances)
    {
        Span<byte> all = stackalloc byte[literals + distances];
        _literals.AsSpan(0, literals).CopyTo(all);
        _distances.AsSpan(0, distances).CopyTo(all[literals..]);
        _symbolCounts.AsSpan().Clear();
        var spelling = new CodeLengthSpelling(_spelled, _symbolCounts);
        for (var at = 0; at < all.Length;)
        {
            var length = all[at];
            var run = all[at..].IndexOfAnyExcept(length);
            run = run < 0 ? all.Length - at : run;
            at += run;
            if (length != 0)
            {
                spelling.Add(length);
                for (run--; run >= 3; run -= Math.Min(6, run))
                    spelling.Add(16, Math.Min(6, run) - 3);
            }
            else
            {
                for (; run >= 11; run -= Math.Min(138, run))
                    spelling.Add(18, Math.Min(138, run) - 11);
                if (run >= 3)
                {
                    spelling.Add(17, run - 3);
                    run = 0;
                }
            }
            for (; run > 0; run--)
                spelling.Add(length);
        }
        return spelling.Length;
    }
}
