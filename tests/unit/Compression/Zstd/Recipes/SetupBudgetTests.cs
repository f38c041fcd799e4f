using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Go;
using Diffah.Engine.Compression.Zstd.Libzstd;
using Diffah.Engine.Compression.Zstd.Recipes;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>What it takes to begin frames has a bound, far above what streams of tools take.</summary>
public sealed class SetupBudgetTests
{
    private const long Free = 4L << 30;
    private const long ForByte = 512;

    // Window descriptors.
    private const byte TwoMiB = 11 << 3;
    private const byte EightMiB = 13 << 3;

    private static readonly ZstdProfile Slowest = Libzstd(19, LibzstdModes.None);

    /// <summary>Tables of level 19 (ZSTD_defaultCParameters: chains of 2^24 and hashes of 2^22 positions) are 80 MiB
    /// where nobody knows how short the content is.</summary>
    [Fact]
    public void Empty_frames_of_a_slow_encoder_are_refused()
    {
        var budget = new SetupBudget(ZstdEncoders.Known, 0);
        var frames = Affordable(budget, Frame(Slowest, EightMiB), 0);
        Assert.InRange(frames, Free / (90 << 20), Free / (80 << 20));
        Assert.InRange(budget.Taken, frames * (80L << 20), Free);
        Assert.True(budget.Take(new VerbatimPart(new byte[9], 0), 0));
    }

    [Fact]
    public void Each_byte_of_content_allows_for_some_more()
    {
        const long content = 100 << 20;
        var allowed = Free + ForByte * content;
        var frames = Affordable(new(ZstdEncoders.Known, content), Frame(Slowest, EightMiB), 0);
        Assert.InRange(frames, allowed / (90 << 20), allowed / (80 << 20));
    }

    /// <summary>The budget is looked at before tables are made: 2000 frames would take minutes.</summary>
    [Fact]
    public void A_recipe_of_more_is_not_followed()
    {
        var part = Frame(Slowest, EightMiB);
        var body = new RecipeBody([.. Enumerable.Repeat<ZstdPart>(part, 1024)], BorderRule.None, 0, 1 << 20);
        var recipe = ZstdRecipe.Read(new ZstdRecipe(body).ToBytes());
        var encoders = new Counted();
        using var stream = new ZstdRebuildStream(new MemoryStream(), recipe, null, 1, encoders);
        var refused = Assert.Throws<RecipeRefusedException>(() => stream.CopyTo(Stream.Null));
        Assert.Equal(RecipeRefusal.RecipeInvalid, refused.Reason);
        Assert.InRange(encoders.Begun, 0, Free / (80 << 20));
    }

    /// <summary>zstd:chunked, by the encoder that Podman has: the tables of one frame are those of the next.</summary>
    [Theory]
    [InlineData(GoLevels.Fastest, 200, 20)]
    [InlineData(GoLevels.Default, 200, 20)]
    [InlineData(GoLevels.Better, 200, 10)]
    [InlineData(GoLevels.Best, 200, 1)]
    [InlineData(GoLevels.Best, 6_000, 10)]
    public void A_layer_of_short_frames_takes_little(byte level, int length, int times)
    {
        const int frames = 300_000;
        var content = (512L + length) * frames / 2;
        var budget = new SetupBudget(ZstdEncoders.Known, content);
        var part = new FramePart(
            new(ZstdFamily.Go, GoRelease.First, level), FrameHeading.OfGo(EightMiB, true), [], [], null);
        for (var frame = 0; frame < frames; frame++)
            Assert.True(budget.Take(part, frame % 2 == 0 ? 512 : frame % 100 == 1 ? 200_000 : length));
        Assert.InRange(budget.Taken, 1, (Free + ForByte * content) / times);
    }

    /// <summary>pzstd and others cut some windows of content a frame; many small files by the zstd command say their
    /// lengths.</summary>
    [Theory]
    [InlineData(3, 8 << 20, TwoMiB, 10_000)]
    [InlineData(19, 32 << 20, EightMiB, 1_000)]
    [InlineData(3, 2_000, 0, 100_000)]
    [InlineData(19, 2_000, 0, 100_000)]
    [InlineData(9, 100_000, 0, 10_000)]
    public void Concatenated_frames_take_little(int level, int length, byte window, int frames)
    {
        var content = (long)length * frames;
        var budget = new SetupBudget(ZstdEncoders.Known, content);
        var modes = LibzstdModes.InJobs | (window == 0 ? LibzstdModes.EndsWithContent : LibzstdModes.None);
        var part = Frame(Libzstd(level, modes), window, length);
        for (var frame = 0; frame < frames; frame++)
            Assert.True(budget.Take(part, length));
        Assert.InRange(budget.Taken, 1, (Free + ForByte * content) / 2);
    }

    [Fact]
    public void Tables_that_are_not_at_hand_count_again()
    {
        var parts = Enumerable.Range(0, 5).Select(i => new FramePart(
            new(ZstdFamily.Go, GoRelease.First, GoLevels.Best), new(0, (byte)(EightMiB + 8 * i)), [], [], 0)).ToArray();
        var (four, five) = (new SetupBudget(ZstdEncoders.Known, 0), new SetupBudget(ZstdEncoders.Known, 0));
        for (var turn = 0; turn < 20; turn++)
        {
            Assert.True(four.Take(parts[turn % 4], 0));
            Assert.True(five.Take(parts[turn % 5], 0));
        }
        // 34 MiB of tables for each of four, and for each of twenty.
        Assert.InRange(four.Taken, 4 * (34L << 20), 6 * (34L << 20));
        Assert.InRange(five.Taken, 20 * (34L << 20), 24 * (34L << 20));
    }

    [Fact]
    public void Decisions_and_cuts_count()
    {
        SetupBudget budget = new(ZstdEncoders.Known, 0), other = new(ZstdEncoders.Known, 0);
        Assert.InRange(Affordable(budget, new TokensPart(new byte[40], true, 0), 0), 100, 1000);
        var cuts = Enumerable.Range(1, 30_000).Select(i => (long)i).ToArray();
        Assert.InRange(Affordable(other, Frame(Libzstd(1, LibzstdModes.None), 9 << 3) with { Cuts = cuts }, 0), 1, 3);
    }

    private static long Affordable(SetupBudget budget, ZstdPart part, long length)
    {
        var count = 0;
        while (budget.Take(part, length))
            Assert.InRange(++count, 1, 1_000_000);
        return count;
    }

    private static ZstdProfile Libzstd(int level, LibzstdModes modes) =>
        new LibzstdProfile(LibzstdRelease.BeforeSplitting, level, modes).ToProfile();

    /// <summary>With a window, or with the length in four bytes.</summary>
    private static FramePart Frame(ZstdProfile profile, byte window, long length = 0) =>
        new(profile, window > 0 ? new(0, window) : new(0xA0, 0), [], [], length);

    private sealed class Counted : IZstdEncoders
    {
        public int Begun { get; private set; }

        public IEnumerable<ZstdProfile> Candidates(ZstdFrameHeader header, long contentLength) => [];

        public bool IsKnown(ZstdProfile profile) => true;

        public string NameOf(ZstdProfile profile) => "counted";

        public FrameSetup SetupOf(ZstdProfile profile, ZstdFrameHeader header, long contentLength) =>
            ZstdEncoders.Known.SetupOf(profile, header, contentLength);

        public ZstdFrameEncoder Create(
            ZstdProfile profile, ZstdFrameHeader header, long contentLength, IBufferWriter<byte> output)
        {
            Begun++;
            return new PlainEncoders().Create(PlainEncoders.Raw, header, contentLength, output);
        }
    }
}
