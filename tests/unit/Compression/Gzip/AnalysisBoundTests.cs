using System.IO.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>How long an analysis goes on with encoders that turn out to be wrong.</summary>
public sealed class AnalysisBoundTests
{
    private static readonly EncoderProfile Own = new(EncoderFamily.PgzipSmall + 4, 5);

    private static readonly byte[] Header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    private static readonly byte[] Trailer = [1, 2, 3, 4, 5, 6, 7, 8];

    /// <summary>
    /// Eight segments may differ, and one more for every two that were right. What follows is then told token by token,
    /// the segments at the end with it, though they are right.
    /// </summary>
    [Theory]
    [InlineData("+--------+", true)]
    [InlineData("+---------+", false)]
    [InlineData("++---------+", true)]
    [InlineData("++----------+", false)]
    [InlineData("++++----------+", true)]
    [InlineData("++++-----------+", false)]
    [InlineData("++--------+-+", true)]
    public void Some_segments_may_differ(string segments, bool lastIsWhole)
    {
        var (gzip, content) = Spell(segments);
        var recipe = GzipContents.Analyse(gzip);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content, workers: 2));
        Assert.True(recipe.Members[0].Body.Parts[0].IsWhole);
        Assert.Equal(lastIsWhole, recipe.Members[0].Body.Parts[^1].IsWhole);
    }

    /// <summary>Many encoders write what has no matches alike; none ends a stream with two empty blocks.</summary>
    [Theory]
    [InlineData("random", 9)]
    [InlineData("bytes", 6)]
    public void A_stream_is_begun_again_with_each_encoder_that_is_right_so_far(string kind, byte level)
    {
        var gzip = WithAnotherEnd(
            new(EncoderFamily.Klauspost + 4, level), EncoderContents.Make(kind, 3_000_000));
        using var source = new CountedStream(gzip);
        var recipe = GzipAnalysis.OfGzip(source);
        Assert.InRange(source.Rewinds, 2, 200);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, Inflate(gzip)));
    }

    /// <summary>
    /// What may be gone through in vain: 512 MiB, and four times what the encoder saw that came furthest.
    /// </summary>
    [Theory]
    [InlineData(64, 13)]
    [InlineData(300, 6)]
    [InlineData(1000, 5)]
    public void No_more_content_is_gone_through_again_than_that(long mebibytes, int tried)
    {
        using var trials = new EncoderTrials(Enumerable.Range(0, 100).Select(_ => Own), canTryAgain: true);
        var count = 0;
        while (trials.Next() is { } profile)
        {
            count++;
            trials.Fail(profile, mebibytes << 20, cost: 1);
        }
        // The first number of tries that together are more than 512 and four times one of them.
        Assert.Equal(tried, count);
    }

    /// <summary>Each segment by the encoder (+) or by the runtime's (-), which ends what it flushes in the same way.
    /// </summary>
    private static (byte[] Gzip, byte[] Content) Spell(string segments)
    {
        using var own = SegmentEncoders.Create(Own);
        using var output = new BitWriter();
        var length = own.SegmentLength;
        // Something that the encoders disagree about, and much that costs nothing to tell.
        var segment = (byte[])[
            .. EncoderContents.Make("text", 60_000), .. EncoderContents.Make("bytes", length - 60_000)];
        var content = Enumerable.Repeat(segment, segments.Length).SelectMany(s => s).ToArray();
        for (var index = 0; index < segments.Length; index++)
        {
            if (segments[index] == '-')
            {
                output.WriteBytes(Flush(segment));
                continue;
            }
            var history = Math.Min(index * length, own.HistoryLength);
            var span = content.AsSpan((index * length - history)..((index + 1) * length));
            own.Encode(span, history, index == segments.Length - 1, output);
        }
        return (Close(output), content);
    }

    private static byte[] Flush(byte[] segment)
    {
        using var flushed = new MemoryStream();
        using var compress = new DeflateStream(flushed, CompressionLevel.Optimal);
        compress.Write(segment);
        compress.Flush();
        return flushed.ToArray();
    }

    private static byte[] WithAnotherEnd(EncoderProfile profile, byte[] content)
    {
        using var encoder = SegmentEncoders.Create(profile);
        using var output = new BitWriter();
        for (var at = 0; at < content.Length; at += encoder.SegmentLength)
        {
            var history = Math.Min(at, encoder.HistoryLength);
            var end = Math.Min(content.Length, at + encoder.SegmentLength);
            encoder.Encode(content.AsSpan((at - history)..end), history, isLast: false, output);
        }
        new BlockWriter().WriteFixed(output, isFinal: false, []);
        new BlockWriter().WriteFixed(output, isFinal: true, []);
        return Close(output);
    }

    /// <summary>The content; an encoder that was not told of its end has kept some of it back.</summary>
    private static byte[] Inflate(byte[] gzip)
    {
        using var inflate = new DeflateStream(
            new MemoryStream(gzip[Header.Length..]), CompressionMode.Decompress);
        using var content = new MemoryStream();
        inflate.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Close(BitWriter output)
    {
        output.Align();
        return [.. Header, .. output.Whole.Span, .. Trailer];
    }

    private sealed class CountedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int Rewinds { get; private set; }

        public override long Position
        {
            get => base.Position;
            set
            {
                Rewinds++;
                base.Position = value;
            }
        }
    }
}
