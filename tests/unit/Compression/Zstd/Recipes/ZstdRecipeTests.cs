using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Recipes;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>A recipe gives its stream back, whatever the stream is made of.</summary>
public sealed class ZstdRecipeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024)]
    [InlineData(128 * 1024 + 1)]
    [InlineData(700_000)]
    public void A_stream_of_one_frame_takes_some_bytes(int length)
    {
        var recipe = Proven(new StreamMaker().Frame(StreamMaker.Noise(1, length)));
        Assert.InRange(recipe.ToBytes().Length, 1, 22);
        Assert.Equal(PlainEncoders.Raw, ((FramePart)Assert.Single(recipe.Body.Parts)).Profile);
    }

    [Fact]
    public void Blocks_that_end_early_are_told()
    {
        var recipe = Proven(new StreamMaker().Frame(StreamMaker.Noise(2, 500_000), [8, 300_000, 300_001]));
        Assert.Equal([8, 300_000, 300_001], ((FramePart)recipe.Body.Parts[0]).Cuts);
        Assert.InRange(recipe.ToBytes().Length, 1, 32);
    }

    [Fact]
    public void A_block_that_the_encoder_makes_otherwise_is_kept()
    {
        // One block of zeros as a run, one as it is: no encoder makes both.
        var (zeros, noise) = (new byte[128 * 1024], StreamMaker.Noise(3, 2 << 20));
        byte[] content = [.. noise, .. zeros, .. noise, .. zeros, 1];
        var maker = new StreamMaker().Frame(content);
        var stream = maker.Stream;
        var run = StreamMaker.Block(zeros, isLast: false, hasRuns: true);
        var at = 6 + noise.Length + 16 * 3;
        byte[] changed = [.. stream[..at], .. run, .. stream[(at + 3 + zeros.Length)..]];
        var recipe = Proven(changed, content);
        var part = (FramePart)Assert.Single(recipe.Body.Parts);
        Assert.Equal((PlainEncoders.Raw, 16), (part.Profile, Assert.Single(part.Patches).Index));
        Assert.InRange(recipe.ToBytes().Length, 1, 40);
    }

    [Fact]
    public void Frames_to_be_skipped_and_what_follows_are_kept()
    {
        var noise = StreamMaker.Noise(4, 300);
        var recipe = Proven(new StreamMaker().Skippable([]).Frame(StreamMaker.Noise(5, 400_000)).Skippable(noise)
            .Frame([]).Frame(StreamMaker.Noise(6, 5)).Bytes([1, 2, 3]));
        Assert.Equal(6, recipe.Body.Parts.Count);
        Assert.InRange(recipe.ToBytes().Length, 300, 380);
    }

    [Fact]
    public void A_short_frame_that_nobody_makes_is_kept()
    {
        var recipe = Proven(new StreamMaker().Frame(StreamMaker.Noise(7, 100_000)).Compressed(new byte[50_000])
            .Frame(StreamMaker.Noise(8, 100_000)));
        Assert.IsType<VerbatimPart>(recipe.Body.Parts[1]);
        Assert.Equal(250_000, recipe.ContentLength);
        Assert.Equal("unknown", recipe.Encoder);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_short_frames_take_little_each(int workers)
    {
        var maker = new StreamMaker();
        var random = new Random(9);
        for (var frame = 0; frame < 600; frame++)
            maker.Frame(StreamMaker.Noise(frame, random.Next(1, 3_000)));
        var recipe = Proven(maker.Stream, maker.Content, workers);
        Assert.InRange(recipe.ToBytes().Length, 600, 1_250);
    }

    [Fact]
    public void Frames_that_begin_and_end_with_the_files_of_a_tar_take_nothing_each()
    {
        var maker = TarMaker.Chunked(400);
        var recipe = Proven(maker.Stream, maker.Content, 2);
        Assert.InRange(recipe.Body.Parts.Count, 801, 802);
        Assert.InRange(recipe.ToBytes().Length, 20, 100);
    }

    [Fact]
    public void The_list_of_a_chunked_layer_follows_from_the_layer()
    {
        var maker = TarMaker.Listed(60);
        var recipe = Proven(maker.Stream, maker.Content, 2);
        Assert.Equal(1, recipe.Body.Parts.OfType<ListPart>().Single().Correction.Length);
        Assert.InRange(recipe.ToBytes().Length, 20, 100);
    }

    [Fact]
    public void What_a_chunked_layer_s_tar_has_between_files_follows_from_the_layer()
    {
        var maker = TarMaker.Split(60);
        var recipe = Proven(maker.Stream, maker.Content, 2);
        var lists = recipe.Body.Parts.OfType<ListPart>().ToDictionary(l => l.Kind);
        Assert.Equal(1, lists[ListKind.Files].Correction.Length);
        Assert.Equal(0, lists[ListKind.Headers].Correction.Length);
        Assert.InRange(recipe.ToBytes().Length, 20, 110);
    }

    [Theory]
    [InlineData("", 0UL)]
    [InlineData("123456789", 0xB90956C775A41001)]
    public void The_sum_of_a_file_is_that_of_Go(string text, ulong expected)
    {
        // The check value of the catalogue of parametrised CRC algorithms, CRC-64/GO-ISO.
        var sum = new Crc64();
        sum.Add(Encoding.ASCII.GetBytes(text));
        Assert.Equal(expected, sum.Value);
    }

    [Fact]
    public void A_frame_of_the_reference_library_takes_some_bytes()
    {
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i * i} ")));
        var stream = new StreamMaker().Compressed(content).Stream;
        var recipe = ZstdRecipe.Read(ZstdAnalysis.OfZstd(
            new MemoryStream(stream), new MemoryStream(content), null, 1, default).ToBytes());
        using var rebuilt = new ZstdRebuildStream(new MemoryStream(content), recipe, null, 1);
        using var output = new MemoryStream();
        rebuilt.CopyTo(output);
        Assert.Equal(stream, output.ToArray());
        Assert.InRange(recipe.ToBytes().Length, 1, 30);
        Assert.Contains("1.5.7", recipe.Encoder, StringComparison.Ordinal);
        Assert.Equal(recipe.Encoder, ZstdRecipe.EncoderOf(recipe.ToBytes()));
    }

    [Fact]
    public void A_stream_that_is_far_from_what_is_known_is_refused()
    {
        var content = new byte[600_000];
        for (var at = 0; at < content.Length; at++)
            content[at] = (byte)(at * 7919L % 251 * (at >> 5));
        Assert.Equal(RecipeRefusal.DoesNotPay, Refused(new StreamMaker().Compressed(content)));
        Assert.Equal(RecipeRefusal.DoesNotPay, Refused(new StreamMaker().Skippable(new byte[100])));
    }

    [Fact]
    public void A_stream_that_is_damaged_is_refused()
    {
        var maker = new StreamMaker().Frame(StreamMaker.Noise(10, 1_000)).Compressed(new byte[5_000]);
        var (stream, content) = (maker.Stream, maker.Content);
        Assert.Equal(RecipeRefusal.CutShort, Refused(stream[..^1], content));
        Assert.Equal(RecipeRefusal.CutShort, Refused(stream[..200], content));
        Assert.Equal(RecipeRefusal.ContentDiffers, Refused(stream, content[..^1]));
        stream[6] |= 6;
        Assert.Equal(RecipeRefusal.Corrupt, Refused(stream, content));
    }

    [Fact]
    public void Another_content_is_never_read_beyond_its_end()
    {
        var maker = TarMaker.Chunked(20);
        var recipe = Analyse(maker.Stream, maker.Content, 1);
        foreach (var other in new[] { [], maker.Content[..^600], [.. maker.Content, 0], new byte[30_000] })
            Assert.Throws<RecipeRefusedException>(() => Rebuild(recipe, other, 2));
    }

    [Fact]
    public async Task Work_ends_when_it_is_told()
    {
        var maker = new StreamMaker().Frame(StreamMaker.Noise(11, 1_000_000)).Frame(StreamMaker.Noise(12, 10));
        var stopped = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => ZstdAnalysis.OfZstd(
            new MemoryStream(maker.Stream), new MemoryStream(maker.Content), null, 2, new PlainEncoders(), stopped));
        var recipe = Analyse(maker.Stream, maker.Content, 1);
        await using var rebuilt = new ZstdRebuildStream(
            new MemoryStream(maker.Content), recipe, null, 2, new PlainEncoders());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await rebuilt.ReadExactlyAsync(new byte[10], stopped));
    }

    internal static ZstdRecipe Analyse(byte[] stream, byte[] content, int workers) => ZstdAnalysis.OfZstd(
        new MemoryStream(stream), new MemoryStream(content), null, workers, new PlainEncoders(), default);

    internal static byte[] Rebuild(ZstdRecipe recipe, byte[] content, int workers)
    {
        using var rebuilt = new ZstdRebuildStream(
            new MemoryStream(content), recipe, null, workers, new PlainEncoders());
        using var output = new MemoryStream();
        rebuilt.CopyTo(output);
        return output.ToArray();
    }

    internal static ZstdRecipe Proven(byte[] stream, byte[] content, int workers = 1)
    {
        var bytes = Analyse(stream, content, workers).ToBytes();
        var recipe = ZstdRecipe.Read(bytes);
        Assert.Equal(bytes, recipe.ToBytes());
        Assert.Equal((content.Length, stream.Length), (recipe.ContentLength, recipe.Length));
        Assert.Equal(stream, Rebuild(recipe, content, 1));
        Assert.Equal(stream, Rebuild(recipe, content, 2));
        return recipe;
    }

    private static ZstdRecipe Proven(StreamMaker maker) => Proven(maker.Stream, maker.Content);

    private static RecipeRefusal Refused(StreamMaker maker) => Refused(maker.Stream, maker.Content);

    private static RecipeRefusal Refused(byte[] stream, byte[] content) =>
        Assert.Throws<RecipeRefusedException>(() => Analyse(stream, content, 2)).Reason;
}
