using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// Streams of encoders that are run as a whole. Our own encoders make them: <see cref="SegmentEncoderTests"/> holds
/// these against the real ones.
/// </summary>
public sealed class WholeEncoderTests
{
    private const int ShortRecipe = 64;
    private const int SmallSegment = 256 * 1024;

    private static readonly EncoderProfile GoFast = new(EncoderFamily.GoChunks, 1);

    public static TheoryData<byte, byte> Profiles()
    {
        var data = new TheoryData<byte, byte>();
        foreach (var profile in SegmentEncoders.All)
            data.Add((byte)profile.Family, profile.Level);
        return data;
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_stream_comes_back_by_a_short_recipe(byte family, byte level)
    {
        var profile = new EncoderProfile((EncoderFamily)family, level);
        foreach (var length in new[] { 0, 40, 65_535, 524_288 })
            CheckShort(profile, EncoderContents.Make("mixed", length));
    }

    [Theory]
    [InlineData((byte)EncoderFamily.Pgzip + 4, 5, 2_500_000)]
    [InlineData((byte)EncoderFamily.Pgzip + 4, 5, 2 << 20)]
    [InlineData((byte)EncoderFamily.Pgzip, 1, 3_000_001)]
    [InlineData((byte)EncoderFamily.PgzipSmall + 5, 9, 1 << 20)]
    [InlineData((byte)EncoderFamily.PgzipSmall, 6, 2_500_000)]
    [InlineData((byte)EncoderFamily.Klauspost + 4, 6, 4_000_000)]
    [InlineData((byte)EncoderFamily.Klauspost + 4, 8, 4_000_000)]
    [InlineData((byte)EncoderFamily.GoChunks, 1, 4_000_000)]
    public void A_long_stream_comes_back_by_a_short_recipe(byte family, byte level, int length) =>
        CheckShort(new((EncoderFamily)family, level), GzipContents.Random(length, length));

    [Fact]
    public void Another_release_takes_over_where_a_segment_is_its_own()
    {
        // Sync markers make the segments of two releases one stream.
        var content = GzipContents.Random(41, 1_500_000);
        var older = Make(new(EncoderFamily.PgzipSmall, 5), content);
        var newer = Make(new(EncoderFamily.PgzipSmall + 4, 5), content);
        var gzip = (byte[])[.. older[..Marker(older, 3)], .. newer[Marker(newer, 3)..]];
        var recipe = GzipContents.Analyse(gzip);
        CheckRebuilds(gzip, recipe, content);
        Assert.Equal(["pgzip-256k-1.15.11:5", "pgzip-256k-1.18.2:5"],
            recipe.Members[0].Body.Parts.Select(p => p.Encoder));
        Assert.InRange(recipe.ToBytes().Length, 1, ShortRecipe);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_segment_of_another_level_is_known_as_such(int odd)
    {
        var content = GzipContents.Random(42, 1_500_000);
        var other = Make(new(EncoderFamily.PgzipSmall + 4, 1), content);
        var from = odd == 0 ? 10 : Marker(other, odd);
        var gzip = WithSegment(content, odd, other[from..Marker(other, odd + 1)]);
        var recipe = GzipContents.Analyse(gzip);
        CheckRebuilds(gzip, recipe, content);
        Assert.InRange(recipe.ToBytes().Length, 1, ShortRecipe);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void A_segment_of_another_encoder_is_corrected_and_the_next_is_not(int odd)
    {
        var content = GzipContents.Random(42, 1_500_000);
        // The runtime's encoder ends what is flushed as pgzip ends a segment.
        using var flushed = new MemoryStream();
        using var compress = new DeflateStream(flushed, CompressionLevel.Optimal);
        compress.Write(content.AsSpan(odd * SmallSegment, Math.Min(SmallSegment, content.Length - odd * SmallSegment)));
        compress.Flush();
        var other = flushed.ToArray();
        var gzip = WithSegment(content, odd, odd == 5 ? [.. other, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8] : other);
        var recipe = GzipContents.Analyse(gzip);
        CheckRebuilds(gzip, recipe, content);
        // A sixth of the content, of which corrections take but a part.
        Assert.InRange(recipe.ToBytes().Length, ShortRecipe, other.Length / 2);
        Assert.Contains(recipe.Members[0].Body.Parts, p => p.IsWhole);
        Assert.Contains(recipe.Members[0].Body.Parts, p => !p.IsWhole);
    }

    /// <summary>A stream of pgzip with another segment in place of its own, or with another end.</summary>
    private static byte[] WithSegment(byte[] content, int odd, byte[] segment)
    {
        var gzip = Make(new(EncoderFamily.PgzipSmall + 4, 5), content);
        var (from, end) = (odd == 0 ? 10 : Marker(gzip, odd), odd == 5 ? gzip.Length : Marker(gzip, odd + 1));
        return [.. gzip[..from], .. segment, .. gzip[end..]];
    }

    // Beginnings that say little, and what tells encoders apart behind them; more than an analysis sees at first.
    [Theory]
    [InlineData((byte)EncoderFamily.Klauspost + 4, 6, "zeros")]
    [InlineData((byte)EncoderFamily.Klauspost + 4, 9, "zeros")]
    [InlineData((byte)EncoderFamily.Klauspost + 1, 7, "zeros")]
    [InlineData((byte)EncoderFamily.Klauspost, 9, "random")]
    [InlineData((byte)EncoderFamily.Klauspost + 4, 4, "random")]
    [InlineData((byte)EncoderFamily.Pgzip, 9, "zeros")]
    [InlineData((byte)EncoderFamily.Pgzip + 4, 3, "zeros")]
    [InlineData((byte)EncoderFamily.PgzipSmall + 1, 9, "zeros")]
    [InlineData((byte)EncoderFamily.PgzipSmall + 4, 8, "random")]
    [InlineData((byte)EncoderFamily.GoChunks, 1, "random")]
    public void A_uniform_beginning_does_not_mislead(byte family, byte level, string beginning)
    {
        var profile = new EncoderProfile((EncoderFamily)family, level);
        CheckShort(profile, [.. EncoderContents.Make(beginning, 3_000_000), .. EncoderContents.Make("mixed", 600_000)]);
        CheckShort(profile, EncoderContents.Make(beginning, 3_000_000));
    }

    [Fact]
    public void A_stream_that_differs_late_is_begun_again_with_another_encoder()
    {
        var content = FewMatches();
        var late = Make(GoFast, content, hasOwnEnd: false);
        var recipe = GzipContents.Analyse(late);
        CheckRebuilds(late, recipe, content);
        Assert.DoesNotContain(recipe.Members[0].Body.Parts, p => p.IsWhole);
    }

    [Fact]
    public void What_can_not_be_read_again_is_refused_where_it_differs_late()
    {
        using var forward = new ForwardOnly(Make(GoFast, FewMatches(), hasOwnEnd: false));
        Assert.Equal(RecipeRefusal.DoesNotPay,
            Assert.Throws<RecipeRefusedException>(() => GzipAnalysis.OfGzip(forward)).Reason);
    }

    /// <summary>More than an analysis sees at first, and not dear to tell token by token.</summary>
    private static byte[] FewMatches() =>
        [.. EncoderContents.Make("text", 655_350), .. EncoderContents.Make("bytes", 3_300_000)];

    private static void CheckShort(EncoderProfile profile, byte[] content)
    {
        var gzip = Make(profile, content);
        var recipe = GzipContents.Analyse(gzip);
        CheckRebuilds(gzip, recipe, content);
        Assert.InRange(recipe.ToBytes().Length, 1, ShortRecipe);
    }

    private static void CheckRebuilds(byte[] gzip, GzipRecipe recipe, byte[] content)
    {
        Assert.Equal(
            recipe.ToBytes(), GzipAnalysis.OfGzip(new MemoryStream(gzip), workers: 3).ToBytes());
        Assert.Equal((gzip.Length, content.Length), (recipe.Length, recipe.ContentLength));
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content, workers: 3));
    }

    /// <summary>Where the segment with this number begins: behind an empty stored block.</summary>
    private static int Marker(byte[] gzip, int segment)
    {
        var at = 0;
        for (; segment > 0; segment--)
            at += gzip.AsSpan(at).IndexOf((ReadOnlySpan<byte>)[0, 0, 0xFF, 0xFF]) + 4;
        return at;
    }

    /// <summary>A stream, or one that ends with an empty fixed block, whatever the encoder would do.</summary>
    internal static byte[] Make(EncoderProfile profile, byte[] content, bool hasOwnEnd = true)
    {
        using var encoder = SegmentEncoders.Create(profile);
        using var output = new BitWriter();
        var start = 0;
        do
        {
            var end = Math.Min(start + encoder.SegmentLength, content.Length);
            var history = Math.Min(start, encoder.HistoryLength);
            encoder.Encode(content.AsSpan((start - history)..end), history, hasOwnEnd && end == content.Length, output);
            start = end;
        }
        while (start < content.Length);
        if (!hasOwnEnd)
            new BlockWriter().WriteFixed(output, isFinal: true, []);
        output.Align();
        var deflate = output.Whole.ToArray();
        using var inflate = new DeflateStream(new MemoryStream(deflate), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        inflate.CopyTo(inflated);
        Assert.Equal(content, inflated.ToArray());
        byte[] header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
        return [.. header, .. deflate, 1, 2, 3, 4, 5, 6, 7, 8];
    }

    private sealed class ForwardOnly(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
