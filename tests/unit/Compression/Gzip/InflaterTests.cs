using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>Streams made by hand, bit by bit, of RFC 1951 and RFC 1952.</summary>
public sealed class InflaterTests
{
    private static readonly byte[] Header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];

    [Fact]
    public void A_header_with_everything_comes_back()
    {
        // FHCRC, FEXTRA (4 bytes), FNAME, FCOMMENT; an empty fixed block; a trailer that is wrong.
        byte[] gzip =
        [
            0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 2, 3, 4, 0, 65, 66, 67, 68, 0x61, 0, 0x62, 0, 9, 9, 3, 0, 1, 2, 3, 4, 5, 6,
            7, 8,
        ];
        Assert.Equal(gzip, GzipContents.Rebuild(GzipContents.Analyse(gzip), []));
    }

    [Fact]
    public void The_last_byte_keeps_what_fills_it_up()
    {
        byte[] gzip = [.. Header, 3, 0xFC, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(gzip, GzipContents.Rebuild(GzipContents.Analyse(gzip), []));
    }

    [Fact]
    public void Stored_blocks_of_any_length_come_back()
    {
        byte[] content = [1, 2, 3, 4, 5, 6, 7];
        byte[] gzip =
        [
            .. Header, 0, 3, 0, 0xFC, 0xFF, 1, 2, 3, 0, 0, 0, 0xFF, 0xFF, 1, 4, 0, 0xFB, 0xFF, 4, 5, 6, 7,
            0, 0, 0, 0, 7, 0, 0, 0,
        ];
        Assert.Equal(gzip, GzipContents.Rebuild(GzipContents.Analyse(gzip), content));
    }

    [Theory]
    [InlineData(RecipeRefusal.NotGzip, new byte[] { 0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0, 0 })]
    [InlineData(RecipeRefusal.NotGzip, new byte[] { 0x1F, 0x8B, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0 })]
    [InlineData(RecipeRefusal.CutShort, new byte[] { 0x1F, 0x8B, 8, 0 })]
    public void What_is_no_gzip_is_refused(RecipeRefusal reason, byte[] gzip) => Assert.Equal(reason, Refusal(gzip));

    [Theory]
    // No header's end; the block type 3; a stored length that its complement denies; padding of a stored block.
    [InlineData(RecipeRefusal.CutShort, "")]
    [InlineData(RecipeRefusal.Corrupt, "0700")]
    [InlineData(RecipeRefusal.Corrupt, "0103000000")]
    [InlineData(RecipeRefusal.PaddingNotZero, "F90000FFFF")]
    // A fixed block with a match and nothing before it; one without its end; 258 as symbol 284 with all extra bits.
    [InlineData(RecipeRefusal.Corrupt, "0302000000000000")]
    [InlineData(RecipeRefusal.CutShort, "4B")]
    // HLIT 30 (287 symbols); code lengths that are no code.
    [InlineData(RecipeRefusal.Corrupt, "F5000000000000000000")]
    [InlineData(RecipeRefusal.Corrupt, "05E0FFFFFFFFFFFFFFFF")]
    public void A_stream_that_can_not_be_right_is_refused(RecipeRefusal reason, string deflate) =>
        Assert.Equal(reason, Refusal([.. Header, .. Convert.FromHexString(deflate)]));

    [Fact]
    public void The_longest_match_in_other_words_is_refused()
    {
        // Fixed codes: the literal 'a' (8 bits), symbol 284 (8 bits: 197) with 31 in five extra bits, distance 1 (5
        // bits), the end (7 bits).
        using var bits = new BitWriter();
        bits.Write(3, 3);
        bits.Write(Reversed(0x30 + 'a', 8), 8);
        bits.Write(Reversed(0xC0 + 284 - 280, 8), 8);
        bits.Write(31, 5);
        bits.Write(0, 5);
        bits.Write(0, 7);
        bits.Align();
        Assert.Equal(
            RecipeRefusal.LongestLengthInOtherWords,
            Refusal([.. Header, .. bits.Whole.ToArray(), 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void What_follows_may_be_short()
    {
        byte[] gzip = [.. Header, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] few = [.. gzip, .. new byte[1000]];
        Assert.Equal(few, GzipContents.Rebuild(GzipContents.Analyse(few), []));
        Assert.Equal(RecipeRefusal.TrailingData, Refusal([.. gzip, .. new byte[70_000]]));
    }

    [Fact]
    public void Blocks_without_content_do_not_go_on_for_ever()
    {
        byte[] empty = [0, 0, 0, 0xFF, 0xFF];
        byte[] gzip =
            [.. Header, .. Enumerable.Repeat(empty, 5000).SelectMany(b => b), 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(RecipeRefusal.DoesNotPay, Refusal(gzip));
    }

    [Fact]
    public void A_header_may_be_long()
    {
        byte[] Named(int length) =>
        [
            0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)65, length), 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.Equal(Named(100_000), GzipContents.Rebuild(GzipContents.Analyse(Named(100_000)), []));
        Assert.Equal(RecipeRefusal.HeaderTooLong, Refusal(Named(132_000)));
    }

    [Fact]
    public void A_block_may_have_more_tokens_than_are_kept()
    {
        // Noise, so that an encoder would write literals as well.
        foreach (var length in new[] { 1 << 20, (1 << 20) + 1, 3_000_000 })
        {
            var content = new byte[length];
            new Random(31).NextBytes(content);
            Assert.Equal(Literals(content), GzipContents.Rebuild(GzipContents.Analyse(Literals(content)), content));
        }
    }

    [Fact]
    public void A_stream_that_no_encoder_would_write_is_refused() =>
        Assert.Equal(RecipeRefusal.DoesNotPay, Refusal(Literals(new byte[1_000_000])));

    [Fact]
    public void Matches_that_overlap_what_they_write_are_copied_as_everyone_copies_them()
    {
        var tokens = new List<uint>(Enumerable.Range(0, 40).Select(value => (uint)value * 7 % 251));
        foreach (var length in new[] { 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 257, 258 })
        {
            for (var distance = 1; distance <= 40; distance++)
            {
                tokens.Add(Token.Match(length, distance));
                // What was written too far would be seen by the next token.
                tokens.Add((uint)(length + distance) % 256);
                tokens.AddRange([(uint)distance, 1, 2, 3, 5, 8, 13, (uint)length % 256]);
            }
        }
        using var bits = new BitWriter();
        new BlockWriter().WriteFixed(bits, isFinal: true, [.. tokens]);
        bits.Align();
        byte[] deflate = bits.Whole.ToArray();
        using var known = new DeflateStream(new MemoryStream(deflate), CompressionMode.Decompress);
        using var content = new MemoryStream();
        known.CopyTo(content);
        Assert.Equal(content.ToArray(), GzipContents.Inflate([.. Header, .. deflate, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Theory]
    [InlineData(CompressionLevel.SmallestSize)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.Fastest)]
    public void Codes_of_all_lengths_are_read(CompressionLevel level)
    {
        // Each byte about 1.6 times as often as the next: codes become as long as they can be.
        var random = new Random(51);
        var content = new byte[3_000_000];
        for (var index = 0; index < content.Length; index++)
            content[index] = (byte)(-Math.Log(1 - random.NextDouble()) / Math.Log(1.6));
        using var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, level, leaveOpen: true))
            compress.Write(content);
        Assert.Equal(content, GzipContents.Inflate(gzip.ToArray()));
    }

    /// <summary>One fixed block that has the content as literals.</summary>
    private static byte[] Literals(byte[] content)
    {
        using var bits = new BitWriter();
        bits.Write(3, 3);
        foreach (var value in content)
        {
            var (code, length) = value < 144 ? (0x30 + value, 8) : (0x190 + value - 144, 9);
            bits.Write(Reversed(code, length), length);
        }
        bits.Write(0, 7);
        bits.Align();
        return [.. Header, .. bits.Whole.ToArray(), 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static uint Reversed(int code, int length) =>
        (uint)Enumerable.Range(0, length).Sum(bit => ((code >> bit) & 1) << (length - 1 - bit));

    private static RecipeRefusal Refusal(byte[] gzip) =>
        Assert.Throws<RecipeRefusedException>(() => GzipAnalysis.OfGzip(new MemoryStream(gzip))).Reason;
}
