using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Blocks as pigz makes them with many threads: every 128 KiB are a stream of zlib's, brought to a byte's end with
/// empty blocks. Each but the first knows the 32 KiB before it, or with -i nothing. With one thread they are one stream
/// of zlib's, brought to a byte's end in the same places.
/// </summary>
internal sealed class PigzBlockRule(bool isLazy, bool isIndependent, bool isOneThread = false)
    : ZlibBlockRule(16383, isLazy)
{
    private const int SegmentLength = 128 * 1024;

    private long _end;
    private bool _begun;
    private int _markers;
    private BlockType? _marker;

    public override bool HasSegments => true;

    public override Segment? Begin(long start, long startBit)
    {
        if (_begun && start < _end)
            return null;
        _marker = _begun && start == _end ? Marker((int)(startBit & 7)) : null;
        if (_marker is not null)
        {
            _markers++;
            return null;
        }
        var continues = _begun && isOneThread;
        _begun = true;
        _markers = 0;
        _end = start + SegmentLength;
        return new(isIndependent ? 0 : ContentWindow.History, SegmentLength, continues);
    }

    public override bool EndsAt(BlockStatistics block, long limit) =>
        (_marker is not null && block.Tokens == 0) || base.EndsAt(block, limit);

    public override BlockShape Decide(BlockStatistics block, in BlockPlace place, DynamicHeader header) =>
        _marker is { } marker && block.Tokens == 0 ? new(marker, false) : base.Decide(block, place, header);

    // After a block that ends a segment: stored ones where the bits are odd, fixed ones of ten bits otherwise. With -i
    // there are two stored ones.
    private BlockType? Marker(int phase)
    {
        if (isIndependent)
            return _markers < 2 ? BlockType.Stored : null;
        if ((phase & 1) != 0)
            return BlockType.Stored;
        return phase != 0 ? BlockType.Fixed : null;
    }
}
