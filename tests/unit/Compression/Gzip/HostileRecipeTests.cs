using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>A recipe is read from an archive that anyone may have made.</summary>
public sealed class HostileRecipeTests
{
    [Fact]
    public void A_changed_recipe_makes_no_more_than_it_says_or_is_refused()
    {
        var content = GzipContents.Random(21, 150_000);
        var recipe = Corrected(content);
        var random = new Random(22);
        var (made, refused) = (0, 0);
        for (var turn = 0; turn < 400; turn++)
        {
            var changed = recipe.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(turn % 2 == 0 ? changed.Length : 60)] = (byte)random.Next(256);
            if (turn % 5 == 0)
                changed = changed[..random.Next(changed.Length)];
            if (Makes(changed, content))
                made++;
            else
                refused++;
        }
        Assert.True(made > 0 && refused > 0, $"{made} were followed, {refused} were refused");
    }

    [Fact]
    public void A_changed_recipe_of_segments_makes_no_more_than_it_says_or_is_refused()
    {
        var content = GzipContents.Random(26, 700_000);
        // Segments, corrections, segments again, each of another encoder.
        byte[] recipe =
        [
            1, 1, 2 | 8, 3,
            .. Part((byte)EncoderFamily.PgzipSmall, 1, 1 << 18, 300_000), .. Part(2, 6, 1 << 18, 200_000),
            .. Part((byte)EncoderFamily.PgzipSmall + 4, 5, content.Length - (1 << 19), 100_000), 0,
        ];
        Assert.Equal(content.Length, GzipRecipe.Read(recipe).ContentLength);
        var random = new Random(27);
        var (read, refused) = (0, 0);
        for (var turn = 0; turn < 300; turn++)
        {
            var changed = recipe.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                GzipRecipe.Read(changed);
                read++;
            }
            catch (RecipeRefusedException)
            {
                refused++;
                continue;
            }
            Makes(changed, content);
        }
        Assert.True(read > 0 && refused > 0, $"{read} were read, {refused} were refused");
    }

    [Theory]
    // Within a segment; without content; an encoder of one stream behind another; no bits; too many for the content.
    [InlineData(64, 5, 1000, 1)]
    [InlineData(64, 5, 0, 1)]
    [InlineData(36, 5, 1 << 18, 1)]
    [InlineData(64, 5, 1 << 18, 0)]
    [InlineData(2, 6, 10, 1, 100)]
    public void Parts_that_no_analysis_makes_are_refused(
        byte family, byte level, int length, int bits, byte count = 2)
    {
        var part = Part(family, level, length, bits);
        byte[] recipe =
            [1, 1, 2 | 8, count, .. Enumerable.Range(0, count).SelectMany(_ => part), 0];
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refusal(() => GzipRecipe.Read(recipe)));
    }

    [Fact]
    public void Segments_are_made_of_no_other_content()
    {
        var content = GzipContents.Random(28, 700_000);
        byte[] recipe = [1, 1, 2, .. Part((byte)EncoderFamily.PgzipSmall, 5, content.Length, 8_000), 0];
        foreach (var workers in new[] { 1, 2 })
            Assert.Equal(RecipeRefusal.ContentDiffers,
                Refusal(() => GzipContents.Rebuild(GzipRecipe.Read(recipe), content, workers)));
    }

    [Fact]
    public void Another_content_is_refused_or_makes_no_more_than_was_said()
    {
        var content = GzipContents.Random(23, 150_000);
        var recipe = Corrected(content);
        Makes(recipe, GzipContents.Random(24, 150_000));
        Assert.False(Makes(recipe, content[..^1]));
        Assert.False(Makes(recipe, [.. content, 0]));
        Assert.True(Makes(recipe, content));
    }

    [Fact]
    public void A_later_version_is_told_from_a_damaged_recipe()
    {
        var recipe = Corrected(GzipContents.Random(25, 1000));
        recipe[0]++;
        Assert.Equal(RecipeRefusal.RecipeUnknown, Refusal(() => GzipRecipe.Read(recipe)));
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refusal(() => GzipRecipe.Read(Array.Empty<byte>())));
    }

    private static RecipeRefusal Refusal(Action action) => Assert.Throws<RecipeRefusedException>(action).Reason;

    private static byte[] Part(byte family, byte level, int length, int bits)
    {
        var part = new ByteList();
        part.Add([0, family, level]);
        part.AddNumber((ulong)length);
        part.AddNumber((ulong)bits);
        return part.Written.ToArray();
    }

    private static byte[] Corrected(byte[] content)
    {
        using var gzip = new MemoryStream();
        // A level that is not emulated.
        var options = new ZLibCompressionOptions { CompressionLevel = 2 };
        using (var compress = new GZipStream(gzip, options, leaveOpen: true))
            compress.Write(content);
        return GzipAnalysis.OfGzip(new MemoryStream(gzip.ToArray())).ToBytes();
    }

    private static bool Makes(byte[] recipe, byte[] content)
    {
        try
        {
            var read = GzipRecipe.Read(recipe);
            foreach (var workers in new[] { 1, 2 })
            {
                var length = GzipContents.Rebuild(read, content, workers).Length;
                Assert.True(length <= read.Length, $"{length} bytes were made, and {read.Length} were said");
            }
            return true;
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }
}
