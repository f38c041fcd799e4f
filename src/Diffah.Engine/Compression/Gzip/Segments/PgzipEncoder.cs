using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>
/// klauspost/pgzip: segments that are encoded apart, each with the end of the one before it as dictionary, and each
/// flushed.
/// </summary>
internal sealed class PgzipEncoder(int level, KlauspostRelease release, int segmentLength) : SegmentEncoder
{
    private const int DictionaryLength = 16384;

    private readonly KlauspostEncoder _encoder = KlauspostEncoder.Create(level, release);

    public override int SegmentLength => segmentLength;

    public override int HistoryLength => DictionaryLength;

    public override bool IsIndependent => true;

    public override void Reset()
    {
    }

    public override void Encode(ReadOnlySpan<byte> content, int start, bool isLast, BitWriter output)
    {
        _encoder.Start();
        _encoder.Prime(content[Math.Max(start - DictionaryLength, 0)..start]);
        _encoder.Write(content[start..], ends: true, output);
        _encoder.WriteSyncMarker(output);
        if (!isLast)
            return;
        // A segment that is full was sent off before the end came: an empty one follows it.
        if (content.Length - start == segmentLength)
            _encoder.WriteSyncMarker(output);
        _encoder.WriteEnd(output);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
        base.Dispose(disposing);
    }
}
