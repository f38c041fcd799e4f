using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>klauspost/compress over a whole stream. Blocks go on from one segment to the next.</summary>
internal sealed class KlauspostStreamEncoder : SegmentEncoder
{
    private readonly KlauspostEncoder _encoder;

    public KlauspostStreamEncoder(int level, KlauspostRelease release)
    {
        _encoder = KlauspostEncoder.Create(level, release);
        _encoder.Start();
    }

    public override int SegmentLength => _encoder.ChunkLength;

    public override int HistoryLength => 0;

    public override bool IsIndependent => false;

    public override void Reset() => _encoder.Start();

    public override void Encode(ReadOnlySpan<byte> content, int start, bool isLast, BitWriter output)
    {
        _encoder.Write(content[start..], isLast, output);
        if (isLast)
            _encoder.WriteEnd(output);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
        base.Dispose(disposing);
    }
}
