namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Go's <c>compress/flate</c> up to 1.26 where it works chunk by chunk: at level 1 (BestSpeed), as crane, ko and kaniko
/// use it, at level -2 (HuffmanOnly) and at level 0 (NoCompression).
/// </summary>
internal sealed class GoChunkEncoder : DeflateEncoder
{
    public const int HuffmanOnly = -2;
    public const int NoCompression = 0;
    public const int BestSpeed = 1;

    private const int LargestStored = 16;
    private const int SmallestSearched = 128;

    private const int ChunkSize = DeflateAlphabet.MaxStoredBlock;

    private readonly BitOutput _output = new();
    private readonly ChunkHistory _history = new(DeflateAlphabet.MaxDistance + ChunkSize, ChunkSize);
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

    public override void Start(Stream output)
    {
        _output.Reset(output);
        _history.Clear();
        _matcher.Clear();
    }

    public override void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            if (_history.IsFull)
                WriteChunk();
            content = content[_history.Fill(content)..];
        }
    }

    public override void Finish()
    {
        if (_history.Length > 0)
            WriteChunk();
        _output.PutStored([], final: true);
        _output.Drain();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _output.Dispose();
            _history.Dispose();
            _tokens.Dispose();
        }
    }

    private void WriteChunk()
    {
        _matcher.Fall(_history.Settle());
        var isShort = _level == BestSpeed && _history.Length < SmallestSearched;
        if (_level == NoCompression || (isShort && _history.Length <= LargestStored))
            _output.PutStored(_history.Chunk, final: false);
        else if (_level == HuffmanOnly || isShort)
            _blocks.WriteLiterals(_output, _history.Chunk);
        else
            WriteSearched();
        _history.Advance();
    }

    private void WriteSearched()
    {
        _tokens.Clear();
        _matcher.Search(_history, _tokens);
        // Where matches spare less than a sixteenth of the tokens, the block is written without them.
        if (_tokens.Count > _history.Length - (_history.Length >> 4))
            _blocks.WriteLiterals(_output, _history.Chunk);
        else
            _blocks.WriteTokens(_output, _tokens, _history.Chunk);
    }
}
