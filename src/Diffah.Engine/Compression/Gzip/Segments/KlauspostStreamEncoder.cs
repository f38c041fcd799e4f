using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>klauspost/compress over a whole stream. Blocks go on from one segment to the next.</summary>
/// <param name="level">The level.</param>
/// <param name="release">Whose bytes.</param>
/// <param name="isFlushed">Whether the stream is flushed before it is closed.</param>
internal sealed class KlauspostStreamEncoder(int level, KlauspostRelease release, bool isFlushed)
    : SegmentEncoder
{
    private readonly KlauspostEncoder _encoder = Begin(level, release);

    public override int SegmentLength => _encoder.ChunkLength;

    public override int HistoryLength => 0;

    public override bool IsIndependent => false;

    public override void Reset() => _encoder.Start();

    public override void Encode(ReadOnlySpan<byte> content, int start, bool isLast, BitWriter output)
    {
        _encoder.Write(content[start..], isLast, output);
        if (!isLast)
            return;
        if (isFlushed)
            _encoder.WriteSyncMarker(output);
        _encoder.WriteEnd(output);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
        base.Dispose(disposing);
    }

    private static KlauspostEncoder Begin(int level, KlauspostRelease release)
    {
        var encoder = KlauspostEncoder.Create(level, release);
        encoder.Start();
        return encoder;
    }
}
