using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Blocks as GNU gzip makes them: as zlib, but it looks now and then whether a block compresses so well that a
/// new one is worth it.</summary>
internal class GnuBlockRule(int level) : ZlibBlockRule(32767, level > 3)
{
    private const int Interval = 4096;

    public override int TokensToCheck(int tokens) =>
        Math.Max(1, Math.Min(Interval - tokens % Interval, MaximumTokens - tokens));

    protected override bool IsFull(BlockStatistics block) =>
        base.IsFull(block) || (level > 2 && block.Tokens > 0 && block.Tokens % Interval == 0 && IsWorthEnding(block));

    private bool IsWorthEnding(BlockStatistics block)
    {
        var output = block.Tokens * 8L;
        for (var symbol = 0; symbol < DeflateAlphabet.Distances; symbol++)
            output += block.Distances[symbol] * (5L + DeflateAlphabet.DistanceExtra[symbol]);
        // Where the encoder stands when it writes a token: at its beginning, or with lazy matching one byte on.
        var input = block.End - Token.Length(block.Last) + (IsLazy ? 1 : 0) - block.Start;
        return block.Matches < block.Tokens / 2 && output >> 3 < input / 2;
    }
}
