using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Blocks as zlib-ng makes them at level 1: one with the fixed codes, and a final one for what the encoder
/// keeps until it knows of the content's end.</summary>
internal sealed class ZlibNgBlockRule : BlockRule
{
    // Of less than this it does not know yet whether more follows.
    private const int Kept = ZlibSearch.MinimumLookahead;

    public override int TokensToCheck(int tokens) => int.MaxValue;

    public override bool EndsAt(BlockStatistics block, long limit) => block.End >= NextEnd(block, limit);

    public override long NextEnd(BlockStatistics block, long limit) =>
        IsFinal(block.Start, limit) ? limit : limit - Kept + 1;

    public override BlockShape? Foretell(long start, long limit) => new(BlockType.Fixed, IsFinal(start, limit));

    public override BlockShape Decide(BlockStatistics block, in BlockPlace place, DynamicHeader header) =>
        new(BlockType.Fixed, IsFinal(block.Start, place.Limit));

    private static bool IsFinal(long start, long limit) => limit - start < Kept;
}
