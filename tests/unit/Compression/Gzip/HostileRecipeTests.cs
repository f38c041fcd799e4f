using System.IO.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;

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

    private static byte[] Corrected(byte[] content)
    {
        using var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, CompressionLevel.Optimal, leaveOpen: true))
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
