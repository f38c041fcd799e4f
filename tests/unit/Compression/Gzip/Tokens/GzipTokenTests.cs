using System.IO.Compression;
using Diffah.Engine.Compression;

namespace Diffah.Tests.Compression.Gzip.Tokens;

/// <summary>A recipe of decisions gives the stream back, whoever made it.</summary>
public sealed class GzipTokenTests
{
    [Theory]
    [InlineData(1, 300_000, CompressionLevel.Optimal)]
    [InlineData(2, 300_000, CompressionLevel.Fastest)]
    [InlineData(3, 300_000, CompressionLevel.SmallestSize)]
    [InlineData(4, 200_000, CompressionLevel.NoCompression)]
    [InlineData(5, 5_000, CompressionLevel.Optimal)]
    public void Streams_come_back_with_and_without_a_reference(int seed, int length, CompressionLevel level)
    {
        var (old, content) = TokenStreams.Releases(seed, length);
        var stream = TokenStreams.Gzip(content, level);
        var reference = TokenStreams.Reference(TokenStreams.Gzip(old, level), old);
        var alone = TokenStreams.Analyse(stream, content);
        var beside = TokenStreams.Analyse(stream, content, reference);
        Assert.Equal((false, true), (alone.NeedsReference, beside.NeedsReference));
        Assert.Equal(((long)content.Length, (long)stream.Length), (alone.ContentLength, alone.Length));
        Assert.Equal(stream, TokenStreams.Rebuild(alone, content));
        Assert.Equal(stream, TokenStreams.Rebuild(beside, content, reference));
    }

    [Fact]
    public void A_reference_by_the_same_encoder_spares_two_thirds_and_more()
    {
        var (old, content) = TokenStreams.Releases(6, 600_000);
        var stream = TokenStreams.Gzip(content);
        var alone = TokenStreams.Analyse(stream, content).ToBytes();
        var beside = TokenStreams.Analyse(
            stream, content, TokenStreams.Reference(TokenStreams.Gzip(old), old)).ToBytes();
        Assert.InRange(alone.Length, 1, stream.Length / 8);
        Assert.InRange(beside.Length, 1, alone.Length / 3);
    }

    [Fact]
    public void A_reference_of_another_content_does_no_harm()
    {
        var content = GzipContents.Random(7, 200_000);
        var other = GzipContents.Random(8, 150_000);
        var stream = TokenStreams.Gzip(content);
        var reference = TokenStreams.Reference(TokenStreams.Gzip(other), other);
        Assert.Equal(
            stream, TokenStreams.Rebuild(TokenStreams.Analyse(stream, content, reference), content, reference));
    }

    [Fact]
    public void A_reference_that_is_no_gzip_stream_is_not_needed()
    {
        var content = GzipContents.Random(9, 50_000);
        var stream = TokenStreams.Gzip(content);
        var recipe = TokenStreams.Analyse(stream, content, TokenStreams.Reference(content, content));
        Assert.False(recipe.NeedsReference);
        Assert.Equal(stream, TokenStreams.Rebuild(recipe, content));
    }

    [Fact]
    public void Members_and_what_follows_them_come_back()
    {
        var contents = new[] { GzipContents.Random(10, 40_000), [], GzipContents.Random(11, 100) };
        byte[] stream = [.. contents.SelectMany(c => TokenStreams.Gzip(c)), 7, 0, 7];
        byte[] content = [.. contents.SelectMany(c => c)];
        Assert.Equal(stream, TokenStreams.Rebuild(TokenStreams.Analyse(stream, content), content));
    }

    [Fact]
    public void Long_runs_and_an_empty_content_come_back()
    {
        foreach (var content in new[] { new byte[3_000_000], [] })
        {
            var stream = TokenStreams.Gzip(content);
            var recipe = TokenStreams.Analyse(stream, content, TokenStreams.Reference(stream, content));
            Assert.InRange(recipe.ToBytes().Length, 1, 400);
            Assert.Equal(
                stream, TokenStreams.Rebuild(recipe, content, TokenStreams.Reference(stream, content)));
        }
    }

    [Fact]
    public void A_stream_of_another_content_is_refused_or_comes_back_otherwise()
    {
        var content = GzipContents.Random(12, 60_000);
        var stream = TokenStreams.Gzip(content);
        Assert.Throws<RecipeRefusedException>(() => TokenStreams.Analyse(stream, content[..^1]));
        Assert.Throws<RecipeRefusedException>(() => TokenStreams.Analyse(stream, [.. content, 1]));
        Assert.Throws<RecipeRefusedException>(() => TokenStreams.Analyse(stream[..^9], content));
        var recipe = TokenStreams.Analyse(stream, content);
        Assert.Throws<RecipeRefusedException>(() => TokenStreams.Rebuild(recipe, content[..^1]));
    }

    [Fact]
    public void Without_its_reference_a_recipe_is_refused()
    {
        var (old, content) = TokenStreams.Releases(13, 60_000);
        var recipe = TokenStreams.Analyse(
            TokenStreams.Gzip(content), content, TokenStreams.Reference(TokenStreams.Gzip(old), old));
        Assert.Throws<RecipeRefusedException>(() => TokenStreams.Rebuild(recipe, content));
        Assert.Throws<RecipeRefusedException>(
            () => TokenStreams.Rebuild(recipe, content, TokenStreams.Reference(old, old)));
    }
}
