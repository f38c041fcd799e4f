using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// Go's <c>compress/flate</c> up to 1.26 where it works chunk by chunk: at level 1 (BestSpeed), as crane, ko and kaniko
/// use it, at level -2 (HuffmanOnly) and at level 0 (NoCompression).
/// </summary>
internal sealed class GoChunkEncoder : SegmentEncoder
{
    public const int HuffmanOnly = -2;
    public const int NoCompression = 0;
    public const int BestSpeed = 1;

    private const int LargestStored = 16;
    private const int SmallestSearched = 128;

    private readonly ChunkHistory _history =
        new(Token.MaximumDistance + ChunkHistory.LongestChunk, ChunkHistory.LongestChunk);
    private readonly GoBestSpeedMatcher _matcher = new();
    private readonly BlockTokens _tokens = new();
    private readonly GoBlockWriter _blocks = new();
    private readonly int _level;

    public GoChunkEncoder(int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, HuffmanOnly);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, BestSpeed);
        _level = level;
    }

    public override int SegmentLength => ChunkHistory.LongestChunk;

    public override int HistoryLength => 0;

    public override bool IsIndependent => IsIndependentAt(_level);

    /// <summary>Only at level 1 are there matches.</summary>
    public static bool IsIndependentAt(int level) => level != BestSpeed;

    public override void Reset()
    {
        _matcher.Forget(_history.End);
        _history.Clear();
    }

    public override void Encode(ReadOnlySpan<byte> content, int start, bool isLast, BitWriter output)
    {
        if (start < content.Length)
        {
            _history.Fill(content[start..]);
            WriteChunk(output);
        }
        if (isLast)
            BlockWriter.WriteStored(output, isFinal: true, []);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _history.Dispose();
            _tokens.Dispose();
        }
        base.Dispose(disposing);
    }

    private void WriteChunk(BitWriter output)
    {
        _matcher.Fall(_history.Settle());
        var isShort = _level == BestSpeed && _history.Length < SmallestSearched;
        if (_level == NoCompression || (isShort && _history.Length <= LargestStored))
            BlockWriter.WriteStored(output, isFinal: false, _history.Chunk);
        else if (_level == HuffmanOnly || isShort)
            _blocks.WriteLiterals(output, _history.Chunk);
        else
            WriteSearched(output);
        _history.Advance();
    }

    private void WriteSearched(BitWriter output)
    {
        _tokens.Clear();
        _matcher.Search(_history, _tokens);
        // Where matches spare less than a sixteenth of the tokens, the block is written without them.
        if (_tokens.Count > _history.Length - (_history.Length >> 4))
            _blocks.WriteLiterals(output, _history.Chunk);
        else
            _blocks.WriteTokens(output, _tokens, _history.Chunk);
    }
}
