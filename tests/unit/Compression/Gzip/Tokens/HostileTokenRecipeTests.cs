using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Tokens;

namespace Diffah.Tests.Compression.Gzip.Tokens;

/// <summary>A recipe is read from an archive that anyone may have made.</summary>
public sealed class HostileTokenRecipeTests
{
    [Fact]
    public void A_changed_recipe_is_refused_or_makes_no_more_than_it_says()
    {
        var (old, content) = TokenStreams.Releases(31, 50_000);
        var reference = TokenStreams.Reference(TokenStreams.Gzip(old), old);
        var recipe = TokenStreams.Analyse(TokenStreams.Gzip(content), content, reference).ToBytes();
        var random = new Random(32);
        var refused = 0;
        for (var turn = 0; turn < 60; turn++)
        {
            var changed = recipe.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(turn % 2 == 0 ? changed.Length : 20)] ^= (byte)(1 << random.Next(8));
            refused += IsRefused(changed, content, reference) ? 1 : 0;
        }
        Assert.InRange(refused, 30, 60);
    }

    [Fact]
    public void A_recipe_that_is_cut_short_or_has_more_behind_it_is_refused()
    {
        var content = GzipContents.Random(33, 30_000);
        var recipe = TokenStreams.Analyse(TokenStreams.Gzip(content), content).ToBytes();
        for (var length = 0; length < recipe.Length - 16; length += Math.Max(1, recipe.Length / 20))
            Assert.True(IsRefused(recipe[..length], content, null), $"{length} of {recipe.Length} bytes");
        Assert.True(IsRefused([.. recipe, .. new byte[20]], content, null));
    }

    [Fact]
    public void Noise_is_refused()
    {
        var random = new Random(34);
        var content = GzipContents.Random(35, 30_000);
        for (var turn = 0; turn < 20; turn++)
        {
            var noise = new byte[3000];
            random.NextBytes(noise);
            Assert.True(IsRefused([1, 0, 4, 32, 0xB0, 0xEA, 0x01, 0xFF, 0xFF, 3, .. noise], content, null));
        }
    }

    private static bool IsRefused(byte[] recipe, byte[] content, RecipeReference? reference)
    {
        try
        {
            var read = GzipTokenRecipe.Read(recipe);
            Assert.InRange(TokenStreams.Rebuild(read, content, reference).Length, 0, read.Length);
            return false;
        }
        catch (RecipeRefusedException)
        {
            return true;
        }
    }
}
