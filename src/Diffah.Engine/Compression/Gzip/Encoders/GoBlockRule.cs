using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Blocks as Go's compress/flate up to 1.26 makes them, levels 2 to 9.</summary>
internal sealed class GoBlockRule : BlockRule
{
    private const int MaximumTokens = 16384;
    private const int MaximumStored = 65535;

    private readonly GoCodeLengths _codes = new();
    private readonly GoHeader _header;
    private readonly byte[] _literals = new byte[DeflateAlphabet.Literals];
    private readonly byte[] _distances = new byte[DeflateAlphabet.Distances];
    private readonly int[] _distanceCounts = new int[DeflateAlphabet.Distances];

    public GoBlockRule() => _header = new GoHeader(_codes);

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
        _header.Spell(_literals.AsSpan(0, literals), _distances.AsSpan(0, distances));

        var length = block.End - block.Start;
        var storable = length <= MaximumStored && block.Start >= place.WindowBase;
        var extra = BlockSizes.Extra(block);
        var best = new BlockShape(BlockType.Fixed, false);
        var size = 3 + BlockSizes.Fixed(block, _distanceCounts) + extra;
        var dynamic = BlockSizes.Codes(block.Literals, _literals) + BlockSizes.Codes(_distanceCounts, _distances)
            + extra + _header.Size;
        if (dynamic < size)
            (best, size) = (new(BlockType.Dynamic, false), dynamic);
        if (storable && (length + 5) * 8 < size)
            best = new(BlockType.Stored, false);
        if (best.Type == BlockType.Dynamic)
            _header.Write(header);
        return best;
    }
}
