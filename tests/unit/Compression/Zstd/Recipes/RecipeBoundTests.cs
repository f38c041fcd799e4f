using System.Buffers;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Go;
using Diffah.Engine.Compression.Zstd.Libzstd;
using Diffah.Engine.Compression.Zstd.Recipes;
using Diffah.Tests.Compression.Zstd.Libzstd;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>What a recipe may ask for at the most, and what is just beyond.</summary>
public sealed class RecipeBoundTests
{
    private const int Parts = 1024;
    private const int PartContent = 256;
    private const int MostParts = 4_194_304;
    private const int LargestWindowLog = 27;

    private static readonly ZstdProfile Tool = LibzstdFrames.Profile(
        LibzstdRelease.BeforeSplitting, 3, LibzstdModes.None);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(PartContent - 1, 0)]
    [InlineData(PartContent, 1)]
    [InlineData(10 * PartContent, 10)]
    public void A_stream_may_have_so_many_parts(int length, int more)
    {
        var content = StreamMaker.Noise(1, length);
        Assert.Equal(Parts + more, ZstdRecipeTests.Proven(Stream(Parts + more - 1), content).Body.Parts.Count);
        var beyond = Assert.Throws<RecipeRefusedException>(
            () => ZstdRecipeTests.Analyse(Stream(Parts + more), content, 1));
        Assert.Equal(RecipeRefusal.TooManyMembers, beyond.Reason);

        byte[] Stream(int skipped) =>
            [.. Enumerable.Range(0, skipped).Aggregate(new StreamMaker(), (m, _) => m.Skippable([])).Frame(content)
                .Stream];
    }

    [Fact]
    public void A_recipe_may_have_so_many_parts()
    {
        Assert.Equal(Parts, Read(0, Parts).Parts.Count);
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => Read(0, Parts + 1)));
        Assert.Equal(Parts + 1, Read(PartContent, Parts + 1).Parts.Count);
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => Read(PartContent, Parts + 2)));
        // Whatever the content is said to be.
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => Read(1L << 47, MostParts + 1)));
    }

    [Theory]
    [InlineData(Parts + 4, 1, true)]
    [InlineData(Parts + 5, 1, false)]
    [InlineData(10, 0, false)]
    public void Blocks_that_end_early_are_as_many_as_parts_and_none_is_empty(int cuts, int length, bool isRead)
    {
        const int content = (5 * PartContent) - 1;
        var part = new FramePart(
            Tool, new(0, 11 << 3), [.. Enumerable.Range(1, cuts).Select(i => i * (long)length)], [], content);
        var bytes = new ZstdRecipe(new([part], BorderRule.None, content, 1 << 20)).ToBytes();
        if (isRead)
            Assert.Equal(cuts, ((FramePart)ZstdRecipe.Read(bytes).Body.Parts[0]).Cuts.Count);
        else
            Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => ZstdRecipe.Read(bytes)));
    }

    [Fact]
    public void Blocks_that_differ_are_as_many_as_parts()
    {
        var block = StreamMaker.Block([1], isLast: false);
        foreach (var (count, isRead) in new[] { (Parts, true), (Parts + 1, false) })
        {
            var part = new FramePart(
                Tool, new(0, 11 << 3), [], [.. Enumerable.Range(0, count).Select(i => new BlockPatch(i, block))], 1);
            var bytes = new ZstdRecipe(new([part], BorderRule.None, 1, 1 << 20)).ToBytes();
            if (isRead)
                Assert.Equal(count, ((FramePart)ZstdRecipe.Read(bytes).Body.Parts[0]).Patches.Count);
            else
                Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => ZstdRecipe.Read(bytes)));
        }
    }

    /// <summary>By the rule that <see cref="RecipeBounds.ListLength"/> is a number of: text of 128 MiB would take
    /// long.</summary>
    [Fact]
    public void A_list_is_not_longer_than_it_may_be()
    {
        var expected = Encoding.ASCII.GetBytes("so many bytes");
        var patch = TextPatch.Make(expected, Encoding.ASCII.GetBytes("so very many bytes"));
        Assert.Equal(18, TextPatch.Apply(expected, patch, 18).Length);
        Assert.Equal(RecipeRefusal.RecipeInvalid, Refused(() => TextPatch.Apply(expected, patch, 17)));
        Assert.Equal(128 << 20, RecipeBounds.ListLength);
    }

    [Theory]
    [InlineData((int)LibzstdModes.None, 27, 28)]
    [InlineData((int)LibzstdModes.EndsWithContent, 27, 28)]
    [InlineData((int)LibzstdModes.InJobs, 24, 25)]
    [InlineData((int)(LibzstdModes.InJobs | LibzstdModes.LongDistance), 27, 28)]
    public void Windows_of_the_reference_library_have_a_bound(int modes, int largest, int beyond)
    {
        var profile = LibzstdFrames.Profile(LibzstdRelease.Splitting, 3, (LibzstdModes)modes);
        Assert.True(LibzstdEncoders.CanMake(profile, new(1UL << largest, null), 1 << 30));
        Assert.False(LibzstdEncoders.CanMake(profile, new(1UL << beyond, null), 1 << 30));
    }

    [Fact]
    public void Content_that_is_compressed_at_once_has_a_bound()
    {
        const long most = 1 << 28;
        var profile = LibzstdFrames.Profile(LibzstdRelease.Splitting, 3, LibzstdModes.AtOnce);
        Assert.True(LibzstdEncoders.CanMake(profile, new(1 << 21, most), most));
        Assert.False(LibzstdEncoders.CanMake(profile, new(1 << 21, most + 1), most + 1));
    }

    [Fact]
    public void Windows_of_frames_have_a_bound()
    {
        var go = new ZstdProfile(ZstdFamily.Go, GoRelease.First, GoLevels.Default);
        foreach (var profile in new[] { Tool, go })
        {
            Assert.NotEmpty(Make(profile, (LargestWindowLog - 10) << 3));
            Assert.Equal(
                RecipeRefusal.RecipeInvalid, Refused(() => Make(profile, (LargestWindowLog - 9) << 3)));
        }
    }

    private static byte[] Make(ZstdProfile profile, int window)
    {
        var output = new ArrayBufferWriter<byte>();
        var part = new FramePart(profile, new(0, (byte)window), [], [], 0);
        using var maker = new FrameMaker(ZstdEncoders.Known, part, 0, output);
        maker.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A recipe of parts that have no bytes; the last has all of the content.</summary>
    private static RecipeBody Read(long content, int count)
    {
        var parts = new ZstdPart[count];
        Array.Fill(parts, new VerbatimPart(ReadOnlyMemory<byte>.Empty, 0));
        parts[^1] = new VerbatimPart(ReadOnlyMemory<byte>.Empty, content);
        return ZstdRecipe.Read(new ZstdRecipe(new(parts, BorderRule.None, content, 0)).ToBytes()).Body;
    }

    private static RecipeRefusal Refused(Action action) => Assert.Throws<RecipeRefusedException>(action).Reason;
}
