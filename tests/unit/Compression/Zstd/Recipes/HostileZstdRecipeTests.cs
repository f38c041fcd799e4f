using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>A recipe is read from an archive that anyone may have made.</summary>
public sealed class HostileZstdRecipeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_changed_recipe_makes_no_more_than_it_says_or_is_refused(bool isTar)
    {
        var maker = isTar ? TarMaker.Chunked(8) : Mixed();
        var content = maker.Content;
        var recipe = ZstdRecipeTests.Analyse(maker.Stream, content, 1).ToBytes();
        var random = new Random(31);
        var (made, refused) = (0, 0);
        for (var turn = 0; turn < 1_500; turn++)
        {
            var changed = recipe.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(turn % 2 == 0 ? changed.Length : Math.Min(changed.Length, 40))] =
                    (byte)random.Next(turn % 3 == 0 ? 4 : 256);
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
    public void Bytes_that_are_no_recipe_are_refused()
    {
        var random = new Random(32);
        for (var turn = 0; turn < 2_000; turn++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
                bytes[0] = 1;
            if (bytes.Length > 4)
                bytes[4] = (byte)random.Next(2);
            Makes(bytes, new byte[1_000]);
        }
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused([]));
        Assert.Equal(RecipeRefusal.RecipeUnknown, Refused([2]));
        // More parts than the content bears; a packed body of 256 MiB that is not there.
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused([1, 1, 1, 1, 0, 10, 10, 0xFF, 0xFF, 3, .. new byte[80_000]]));
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused([1, 1, 1, 1, 0x80, 0x80, 0x80, 0x80, 1, 0x28]));
    }

    private static RecipeRefusal Refused(byte[] bytes) =>
        Assert.Throws<RecipeRefusedException>(() => ZstdRecipe.Read(bytes)).Reason;

    private static StreamMaker Mixed() => new StreamMaker().Skippable([1, 2, 3])
        .Frame(StreamMaker.Noise(33, 3_000), [8, 17]).Compressed(new byte[1_000])
        .Frame(new byte[140_000], hasRuns: true).Bytes([1, 2]);

    private static bool Makes(byte[] bytes, byte[] content)
    {
        try
        {
            var recipe = ZstdRecipe.Read(bytes);
            Assert.True(ZstdRecipeTests.Rebuild(recipe, content, 2).Length == recipe.Length);
            return true;
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }
}
