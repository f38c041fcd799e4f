using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Writes down where a stream differs.</summary>
internal sealed class CorrectionWriter
{
    private readonly ByteList[] _streams =
        [.. Enumerable.Range(0, Corrections.StreamCount).Select(_ => new ByteList())];

    private long _rightTokens;
    private long _rightBlocks;

    /// <summary>All bytes so far.</summary>
    public long Length => _streams.Sum(s => (long)s.Count);

    /// <summary>Where each stream stands, and what was right since its last entry.</summary>
    public CorrectionPlace Place => new([.. _streams.Select(s => s.Count)], _rightTokens, _rightBlocks);

    public Corrections ToCorrections() => new([.. _streams.Select(s => s.Written)]);

    public void AddRight(int tokens) => _rightTokens += tokens;

    public void AddToken(uint predicted, uint real)
    {
        _streams[0].AddNumber((ulong)_rightTokens);
        _rightTokens = 0;
        if (!Token.IsMatch(real))
        {
            _streams[1].Add(0);
            return;
        }
        var isMatch = Token.IsMatch(predicted);
        var sameDistance = isMatch && Token.Distance(predicted) == Token.Distance(real);
        var sameLength = isMatch && Token.MatchLength(predicted) == Token.MatchLength(real);
        _streams[1].Add((byte)(1 + (sameDistance ? 1 : 0) + (sameLength ? 2 : 0)));
        if (!sameLength)
            _streams[2].Add((byte)(Token.MatchLength(real) - Token.MinimumMatch));
        if (sameDistance)
            return;
        _streams[3].Add((byte)(Token.Distance(real) - 1));
        _streams[4].Add((byte)((Token.Distance(real) - 1) >> 8));
    }

    public void AddRightBlock() => _rightBlocks++;

    public void AddBlock(BlockFlags flags, long count, BlockShape shape, ReadOnlySpan<byte> header)
    {
        var blocks = _streams[5];
        blocks.AddNumber((ulong)_rightBlocks);
        _rightBlocks = 0;
        blocks.Add((byte)flags);
        if ((flags & (BlockFlags.Tokens | BlockFlags.Bytes)) != 0)
            blocks.AddNumber((ulong)count);
        if (flags.HasFlag(BlockFlags.Shape))
            blocks.Add((byte)(((int)shape.Type << 1) | (shape.IsFinal ? 1 : 0)));
        if (flags.HasFlag(BlockFlags.Header))
            _streams[6].Add(header);
    }
}

/// <summary>A place in corrections.</summary>
/// <param name="Offsets">Where the next entry of each stream begins.</param>
/// <param name="RightTokens">Right tokens since the last correction of one.</param>
/// <param name="RightBlocks">Right blocks since the last correction of one.</param>
internal sealed record CorrectionPlace(IReadOnlyList<int> Offsets, long RightTokens, long RightBlocks)
{
    /// <summary>The beginning.</summary>
    public static CorrectionPlace Start { get; } = new(new int[Corrections.StreamCount], 0, 0);
}
