using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>Levels 1 to 6, where content is encoded chunk by chunk; also 0 (stored) and -2 (literals only).</summary>
internal sealed class KlauspostChunkEncoder : KlauspostEncoder
{
    public const int HuffmanOnly = -2;
    public const int NoCompression = 0;

    private const int HistoryLength = 5 * ChunkHistory.LongestChunk;
    private const int ShortChunk = 32 << 10;
    private const int LargestStored = 32;
    private const int SmallestSearched = 128;

    private readonly int _level;
    private readonly ChunkHistory _history;
    private readonly ChunkMatcher? _matcher;

    public KlauspostChunkEncoder(int level, KlauspostRelease release)
        : base(release, level == HuffmanOnly ? 10 : 7)
    {
        _level = level;
        ChunkLength = level == HuffmanOnly ? ShortChunk : ChunkHistory.LongestChunk;
        _history = new ChunkHistory(HistoryLength, ChunkLength);
        _matcher = level switch
        {
            HuffmanOnly or NoCompression => null,
            1 => new KlauspostLevel1Matcher(),
            2 => new KlauspostLevel2Matcher(),
            3 => new KlauspostLevel3Matcher(),
            4 => new KlauspostLevel4Matcher(release),
            5 => new KlauspostLevel5Matcher(),
            6 => new KlauspostLevel6Matcher(),
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };
    }

    public override int ChunkLength { get; }

    public override void Start()
    {
        base.Start();
        _matcher?.Forget(_history.End);
        _history.Clear();
    }

    public override void Prime(ReadOnlySpan<byte> dictionary)
    {
        if (_matcher is null || dictionary.IsEmpty)
            return;
        _history.Fill(dictionary);
        Search();
        _history.Advance();
    }

    public override void Write(ReadOnlySpan<byte> content, bool ends, BitWriter output)
    {
        while (!content.IsEmpty)
        {
            content = content[_history.Fill(content)..];
            var isLast = ends && content.IsEmpty;
            if (_history.IsFull || isLast)
                WriteChunk(output, isLast);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _history.Dispose();
        base.Dispose(disposing);
    }

    private void WriteChunk(BitWriter output, bool isLast)
    {
        Settle();
        var isShort = _matcher is not null && _history.Length < SmallestSearched;
        if (_level == NoCompression || (isShort && _history.Length <= LargestStored))
            Blocks.WriteStored(output, _history.Chunk);
        else if (_level == HuffmanOnly || isShort)
            Blocks.WriteLiterals(output, _history.Chunk, isLast);
        else
            WriteSearched(output, isLast);
        _history.Advance();
    }

    private void WriteSearched(BitWriter output, bool isLast)
    {
        Search();
        if (Tokens.Count == 0)
            Blocks.WriteStored(output, _history.Chunk);
        else if (Tokens.Count > _history.Length - (_history.Length >> 4))
            Blocks.WriteLiterals(output, _history.Chunk, isLast);
        else
            Blocks.WriteTokens(output, Tokens, _history.Chunk, isStorable: true, isLast);
    }

    private void Settle()
    {
        var fallen = _history.Settle();
        _matcher?.Fall(fallen);
    }

    private void Search()
    {
        Tokens.Clear();
        _matcher!.Search(_history, Tokens);
    }
}
