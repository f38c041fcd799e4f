using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Engine.Compression.Zstd.Tokens;
using Diffah.Tests.Compression.Gzip;
using Diffah.Tests.Compression.Gzip.Tokens;

namespace Diffah.Tests.Compression.Zstd.Tokens;

/// <summary>A payload of decisions gives the frame back, whoever made it.</summary>
public sealed class ZstdTokenTests
{
    [Theory]
    [InlineData(1, 300_000, 1)]
    [InlineData(2, 300_000, 3)]
    [InlineData(3, 200_000, 12)]
    [InlineData(4, 150_000, 19)]
    [InlineData(5, 9_000, 3)]
    public void Frames_come_back_with_and_without_a_reference(int seed, int length, int level)
    {
        var (old, content) = TokenStreams.Releases(seed, length);
        var frame = Compress(content, level);
        var reference = TokenStreams.Reference(Compress(old, level), old);
        var alone = Write(frame, content);
        var beside = Write(frame, content, reference);
        Assert.Equal((false, true), (alone.NeedsReference, beside.NeedsReference));
        Assert.Equal(frame, Make(alone, content));
        Assert.Equal(frame, Make(beside, content, reference));
    }

    [Fact]
    public void A_reference_by_the_same_encoder_spares_half_and_more()
    {
        var (old, content) = TokenStreams.Releases(6, 600_000);
        var frame = Compress(content, 3);
        var alone = Write(frame, content).ToBytes();
        var beside = Write(frame, content, TokenStreams.Reference(Compress(old, 3), old)).ToBytes();
        Assert.InRange(alone.Length, 1, frame.Length / 5);
        Assert.InRange(beside.Length, 1, alone.Length / 2);
    }

    [Fact]
    public void Long_runs_and_an_empty_content_come_back()
    {
        foreach (var content in new[] { new byte[3_000_000], [] })
        {
            var frame = Compress(content, 3);
            Assert.Equal(frame, Make(Write(frame, content), content));
        }
    }

    [Fact]
    public void A_frame_of_another_content_and_one_cut_short_are_refused()
    {
        var content = GzipContents.Random(12, 60_000);
        var frame = Compress(content, 3);
        Assert.Throws<RecipeRefusedException>(() => Write(frame, content[..^1]));
        Assert.Throws<RecipeRefusedException>(() => Write(frame[..^1], content));
        Assert.Throws<RecipeRefusedException>(() => Write([.. frame, 0], content));
        var payload = Write(frame, content);
        Assert.Throws<RecipeRefusedException>(() => Make(payload, content[..^1]));
    }

    [Fact]
    public void A_changed_payload_is_refused_or_makes_no_more_than_it_says()
    {
        var (old, content) = TokenStreams.Releases(31, 40_000);
        var reference = TokenStreams.Reference(Compress(old, 3), old);
        var payload = Write(Compress(content, 3), content, reference).ToBytes();
        var random = new Random(32);
        var refused = 0;
        for (var turn = 0; turn < 60; turn++)
        {
            var changed = payload.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(turn % 2 == 0 ? changed.Length : 30)] ^= (byte)(1 << random.Next(8));
            try
            {
                var read = ZstdTokenPayload.Read(changed);
                Assert.InRange(Make(read, content, reference).Length, 0, read.FrameLength);
            }
            catch (RecipeRefusedException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 30, 60);
    }

    /// <summary>A recipe may have as many parts as it likes that need the reference.</summary>
    [Fact]
    public void A_reference_is_read_once_for_all_frames()
    {
        var (old, content) = TokenStreams.Releases(14, 60_000);
        var (opened, oldFrame) = (0, Compress(old, 3));
        var reference = new RecipeReference(
            () =>
            {
                opened++;
                return new MemoryStream(oldFrame);
            },
            () => new MemoryStream(old));
        byte[][] pieces = [content[..20_000], content[20_000..35_000], content[35_000..]];
        byte[] stream = [.. pieces.SelectMany(p => Compress(p, 3))];
        var recipe = ZstdAnalysis.OfUnknown(new MemoryStream(stream), new MemoryStream(content), reference, 1, default);
        Assert.Equal((3, 1), (recipe.Body.Parts.OfType<TokensPart>().Count(p => p.NeedsReference), opened));
        using var rebuilt = recipe.Open(new MemoryStream(content), reference, 2);
        using var made = new MemoryStream();
        rebuilt.CopyTo(made);
        Assert.Equal(stream, made.ToArray());
        Assert.Equal(2, opened);
    }

    private static byte[] Compress(byte[] content, int level)
    {
        using var output = new MemoryStream();
        using (var stream = new ZstdCompressionStream(output, new ZstdSettings(level)))
        {
            stream.Write(content);
            stream.Finish();
        }
        return output.ToArray();
    }

    private static ZstdTokenPayload Write(byte[] frame, byte[] content, RecipeReference? reference = null)
    {
        using var shared = Shared(reference);
        return ZstdTokenPayload.Read(ZstdTokenWriter.Write(
            new MemoryStream(frame), new MemoryStream(content), shared, CancellationToken.None).ToBytes());
    }

    private static byte[] Make(ZstdTokenPayload payload, byte[] content, RecipeReference? reference = null)
    {
        using var shared = Shared(reference);
        using var stream = new ZstdTokenStream(payload, new MemoryStream(content), shared);
        using var made = new MemoryStream();
        stream.CopyTo(made);
        return made.ToArray();
    }

    private static SharedReference? Shared(RecipeReference? reference) => reference is null ? null : new(reference);
}
