using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip;

/// <summary>What the first blocks say of an encoder that is run as a whole.</summary>
internal sealed class StreamShape
{
    private const int Chunk = 65535;
    private const int LiteralChunk = 32768;
    private const int LazyTokens = 32768;
    private const int SmallSegment = 256 * 1024;
    private const int Segment = 1024 * 1024;
    private const byte FirstLazyLevel = 7;
    private const byte LastLevel = 9;

    private readonly bool _isComplete;
    private readonly bool _isShort;
    private readonly bool _isStored;
    private readonly bool _isOneBlock;
    private readonly long _firstEnd;
    private readonly int _firstTokens;
    private readonly long? _marker;
    private readonly bool _isMarkedAtEnd;

    /// <param name="inflater">Has the first blocks; nothing is dropped of them.</param>
    /// <param name="window">Has their content.</param>
    public StreamShape(Inflater inflater, ContentWindow window)
    {
        var blocks = inflater.Blocks;
        _isComplete = inflater.IsComplete;
        _isShort = inflater.IsComplete && window.End <= Chunk;
        _isStored = blocks[0].Type == BlockType.Stored;
        _firstEnd = blocks.Length > 1 ? blocks[1].ContentStart : window.End;
        _isOneBlock = _firstEnd == window.End;
        _firstTokens = blocks[0].TokenCount;
        foreach (ref readonly var block in blocks)
        {
            if (block is not { Type: BlockType.Stored, StoredLength: 0, IsComplete: true, IsFinal: false })
                continue;
            _marker = block.ContentStart;
            break;
        }
        _isMarkedAtEnd = inflater.IsComplete && _marker == window.End;
    }

    /// <summary>Few encoders but those make such blocks.</summary>
    public bool IsOfWholeEncoder => IsSegmented || (!_isShort && IsCut) || IsOfLazyBlocks;

    /// <summary>The encoders that may have made them.</summary>
    public IEnumerable<EncoderProfile> Candidates => SegmentEncoders.All.Where(IsCandidate);

    private bool IsSegmented => _marker is SmallSegment or Segment || (_isMarkedAtEnd && _marker < Segment);

    private bool IsChunked => IsCut || _isOneBlock || _isShort;

    // Chunks that have their codes in common are one block.
    private bool IsCut => _firstEnd > 0 && (_firstEnd % Chunk == 0 || _firstEnd % LiteralChunk == 0);

    // Blocks that have their codes in common are one.
    private bool IsLazy => IsOfLazyBlocks || _isOneBlock || _isStored;

    private bool IsOfLazyBlocks => _firstTokens > 0 && _firstTokens % LazyTokens == 0;

    private bool IsOneStream(bool isLazy) => isLazy ? IsLazy : IsChunked;

    private bool IsCandidate(EncoderProfile profile)
    {
        var isLazy = profile.Level is >= FirstLazyLevel and <= LastLevel;
        return profile.Family switch
        {
            >= EncoderFamily.KlauspostFlushed => IsOneStream(isLazy) && (!_isComplete || _isMarkedAtEnd),
            >= EncoderFamily.PgzipSmall => _marker == SmallSegment,
            >= EncoderFamily.Pgzip => _marker == Segment || (_isMarkedAtEnd && _marker <= Segment),
            >= EncoderFamily.Klauspost => IsOneStream(isLazy) && !_isMarkedAtEnd,
            _ => IsOneStream(isLazy),
        };
    }
}
