using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Tokens;
using Diffah.Engine.Compression.Zstd.Tokens;

namespace Diffah.Tests.Compression.Tokens;

/// <summary>What a recipe of decisions may ask for at the most, and what is just beyond.</summary>
public sealed class TokenBoundTests
{
    // 1.75 GiB.
    private const long MostContent = (2L << 30) - (256 << 20) - 1;
    private const int MostDepth = 200;
    private const int MostTokens = 1_048_576;
    private const byte LargestWindow = (27 - 10) << 3;

    [Theory]
    [InlineData(MostContent, MostDepth, true)]
    [InlineData(MostContent + 1, MostDepth, false)]
    [InlineData(MostContent, MostDepth + 1, false)]
    [InlineData(MostContent, 0, false)]
    public void A_gzip_recipe_has_bounds(long content, int depth, bool isRead)
    {
        var bytes = new ByteList();
        bytes.Add([1, 0, 4, (byte)depth]);
        bytes.AddNumber((ulong)content);
        bytes.AddNumber(1000);
        var recipe = bytes.Written.ToArray();
        if (isRead)
            Assert.Equal(content, GzipTokenRecipe.Read(recipe).ContentLength);
        else
            Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => GzipTokenRecipe.Read(recipe)));
    }

    [Theory]
    [InlineData(MostDepth, true)]
    [InlineData(MostDepth + 1, false)]
    [InlineData(0, false)]
    public void A_zstd_payload_has_bounds(int depth, bool isRead)
    {
        byte[] bytes = [1, 0, 4, (byte)depth, 9, 0, 0, 0, 0, 0, 0, 0, .. Frame(LargestWindow)[..6]];
        if (isRead)
            Assert.Equal(depth, ZstdTokenPayload.Read(bytes).Depth);
        else
            Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => ZstdTokenPayload.Read(bytes)));
    }

    [Fact]
    public void The_content_is_not_longer_than_it_may_be()
    {
        Assert.Equal(MostContent, new ContentBuffer(new LongStream(MostContent), 1).Length);
        Assert.Equal(
            RecipeRefusal.DoesNotPay, Refused(() => _ = new ContentBuffer(new LongStream(MostContent + 1), 1)));
    }

    /// <summary>The mantissa of a window descriptor says eighths more.</summary>
    [Fact]
    public void The_window_is_not_longer_than_it_may_be()
    {
        var payload = ZstdTokenWriter.Write(new MemoryStream(Frame(LargestWindow)), new MemoryStream(), null, default);
        using var made = new MemoryStream();
        using (var stream = new ZstdTokenStream(payload, new MemoryStream(), null))
            stream.CopyTo(made);
        Assert.Equal(Frame(LargestWindow), made.ToArray());
        var beyond = Frame(LargestWindow + 1);
        Assert.Equal(
            RecipeRefusal.Corrupt,
            Refused(() => ZstdTokenWriter.Write(new MemoryStream(beyond), new MemoryStream(), null, default)));
        Assert.Equal(
            RecipeRefusal.RecipeInvalid,
            Refused(() => _ = new ZstdTokenStream(
                payload with { Header = beyond.AsMemory(0, 6) }, new MemoryStream(), null)));
    }

    [Fact]
    public void A_block_has_no_more_tokens_than_it_may_have()
    {
        var block = new GzipBlock();
        block.AddLiterals(new byte[MostTokens]);
        Assert.Equal(MostTokens, block.Tokens.Length);
        Assert.Equal(RecipeRefusal.BlockTooLong, Refused(() => block.AddMatch(3, 1)));
    }

    /// <summary>All places of a block may be looked at for one decision. Here each has a match of 4096 bytes and
    /// more.</summary>
    [Theory]
    [InlineData(long.MaxValue, 250, 260)]
    [InlineData(0, 4, 9)]
    [InlineData(1_000_000, 48, 70)]
    public void Less_is_looked_at_after_much_work(long mayWork, int least, int most)
    {
        const int length = 20_000;
        var pattern = new byte[100];
        new Random(1).NextBytes(pattern);
        byte[] bytes = [.. Enumerable.Repeat(pattern, (length / 100) + 100).SelectMany(b => b)];
        var settings = new TokenSettings(3, 131_074, 1 << 20, 1 << 20, 4, 16, 3);
        var content = new ContentBuffer(new MemoryStream(bytes), settings.Reach);
        content.Have(0, bytes.Length);
        var candidates = new CandidateList(content, settings, new MatchChains(content, settings), null, [0, 0, 0]);
        candidates.Begin(0, bytes.Length, mayWork);
        for (var at = 0; at < length; at++)
            candidates.At(at);
        Assert.InRange(candidates.Work / length, least, most);
    }

    private static RecipeRefusal Refused(Action action) => Assert.Throws<RecipeRefusedException>(action).Reason;

    /// <summary>A frame of nothing: one raw block, the last.</summary>
    private static byte[] Frame(int window) => [0x28, 0xB5, 0x2F, 0xFD, 0, (byte)window, 1, 0, 0];

    private sealed class LongStream(long length) : MemoryStream
    {
        public override long Length => length;
    }
}
