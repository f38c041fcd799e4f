using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Libzstd;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Compression.Zstd.Libzstd;

/// <summary>Which encoders there are, what they refuse, and which may have made a frame.</summary>
public sealed class LibzstdEncodersTests
{
    private const LibzstdModes Tool = LibzstdModes.InJobs | LibzstdModes.EndsWithContent;

    // What the tool writes of 3 MB: at level 3 a window of 2 MiB, and the size where it is known.
    private static readonly ZstdFrameHeader OfPipe = new(1 << 21, null);
    private static readonly ZstdFrameHeader OfFile = new(1 << 21, 3_000_000);

    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 3)]
    [InlineData(1, 0)]
    [InlineData(1, 20)]
    [InlineData(1 + (16 << 3), 3)] // rsyncable without jobs
    [InlineData(1 + (9 << 3), 3)] // at once, with something else
    public void There_is_no_such_encoder(byte generation, byte level)
    {
        var profile = new ZstdProfile(ZstdFamily.Libzstd, generation, level);
        Assert.False(LibzstdEncoders.IsKnown(profile));
        Assert.Null(LibzstdEncoders.NameOf(profile));
        Assert.Throws<RecipeRefusedException>(
            () => LibzstdEncoders.Create(profile, OfPipe, 3_000_000, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void A_header_that_no_such_encoder_writes_is_refused()
    {
        var profile = LibzstdFrames.Profile(LibzstdRelease.Splitting, 3, Tool);
        Assert.True(LibzstdEncoders.CanMake(profile, OfPipe, 3_000_000));
        Assert.False(LibzstdEncoders.CanMake(profile, OfPipe with { WindowSize = 1UL << 28 }, 3_000_000));
        Assert.False(LibzstdEncoders.CanMake(profile, OfPipe with { WindowSize = 3 << 20 }, 3_000_000));
        Assert.False(LibzstdEncoders.CanMake(profile, OfPipe with { HasDictionary = true }, 3_000_000));
        Assert.False(LibzstdEncoders.CanMake(profile, OfFile, 3_000_001));
        Assert.False(LibzstdEncoders.CanMake(profile, OfPipe with { WindowSize = 1UL << 27 }, 1L << 32));
        var atOnce = LibzstdFrames.Profile(LibzstdRelease.Splitting, 3, LibzstdModes.AtOnce);
        Assert.False(LibzstdEncoders.CanMake(atOnce, LibzstdFrames.Sized(1 << 30), 1 << 30));
    }

    [Theory]
    [InlineData((byte)LibzstdModes.None, 400_000)]
    [InlineData((byte)LibzstdModes.InJobs, 1_000_000)]
    [InlineData((byte)LibzstdModes.AtOnce, 400_000)]
    public void Content_of_another_length_is_refused(byte modes, int length)
    {
        var profile = LibzstdFrames.Profile(LibzstdRelease.BeforeSplitting, 3, (LibzstdModes)modes);
        foreach (var other in new[] { length - 1, length + 1 })
        {
            using var encoder = LibzstdEncoders.Create(
                profile, LibzstdFrames.Sized(length), length, new ArrayBufferWriter<byte>());
            Assert.Throws<RecipeRefusedException>(() =>
            {
                encoder.Write(new byte[other]);
                encoder.Finish();
            });
        }
    }

    [Fact]
    public void The_tool_at_its_default_level_is_the_likeliest()
    {
        Assert.Equal(
            ["zstd 1.5.1–1.5.6 level 3", "zstd 1.5.7 level 3"],
            LibzstdEncoders.Candidates(OfPipe, 3_000_000).Take(2).Select(LibzstdEncoders.NameOf));
        var ofFile = LibzstdEncoders.Candidates(OfFile, 3_000_000).First();
        Assert.Equal(LibzstdFrames.Profile(LibzstdRelease.BeforeSplitting, 3, Tool), ofFile);
        Assert.All(
            LibzstdEncoders.Candidates(OfPipe, 3_000_000),
            p => Assert.True(LibzstdEncoders.CanMake(p, OfPipe, 3_000_000)));
    }

    [Fact]
    public void At_a_level_with_an_optimal_parser_older_releases_are_tried_too()
    {
        // What the tool writes of 10 MB at level 19: a window of 8 MiB.
        var header = new ZstdFrameHeader(1 << 23, 10_000_000);
        Assert.Equal(
            ["zstd 1.5.4–1.5.5 level 19", "zstd 1.5.6 level 19", "zstd 1.5.7 level 19"],
            LibzstdEncoders.Candidates(header, 10_000_000)
                .Where(p => p.Level == 19).Take(3).Select(LibzstdEncoders.NameOf));
    }

    [Fact]
    public void Only_an_optimal_parser_has_the_release_that_is_named_by_it()
    {
        var profile = LibzstdFrames.Profile(LibzstdRelease.BeforeStretches, 13, Tool);
        Assert.True(LibzstdEncoders.CanMake(profile, LibzstdFrames.Sized(200_000), 200_000));
        Assert.False(LibzstdEncoders.CanMake(profile, new ZstdFrameHeader(1 << 22, null), 3_000_000));
        var longDistance = LibzstdFrames.Profile(
            LibzstdRelease.BeforeStretches, 19, LibzstdModes.InJobs | LibzstdModes.LongDistance);
        Assert.False(LibzstdEncoders.CanMake(longDistance, new ZstdFrameHeader(1 << 27, null), 3_000_000));
    }

    [Theory]
    [InlineData((byte)LibzstdModes.None)]
    [InlineData((byte)LibzstdModes.InJobs)]
    public void A_flush_ends_a_block_and_the_frame_stays_readable(byte modes)
    {
        var content = EncoderContents.Make("mixed", 1_500_000);
        var profile = LibzstdFrames.Profile(LibzstdRelease.BeforeSplitting, 3, (LibzstdModes)modes);
        var blocks = new ArrayBufferWriter<byte>();
        using (var encoder = LibzstdEncoders.Create(profile, OfPipe, content.Length, blocks))
        {
            encoder.EndBlock();
            encoder.Write(content.AsSpan(0, 300_001));
            encoder.EndBlock();
            encoder.Write(content.AsSpan(300_001));
            encoder.Finish();
        }
        // Magic number, no content size, a window of 2 MiB.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x58, .. blocks.WrittenSpan];
        using var read = new MemoryStream();
        using (var decoder = new ZstdSharp.DecompressionStream(new MemoryStream(frame)))
            decoder.CopyTo(read);
        Assert.Equal(content, read.ToArray());
        Assert.Contains(300_001, Borders(blocks.WrittenSpan.ToArray()));
    }

    private static List<long> Borders(byte[] blocks)
    {
        var borders = new List<long>();
        var reader = new ZstdBlockReader();
        reader.Begin(OfPipe.WindowSize);
        var block = new ZstdBlockParts();
        for (var at = 0; at < blocks.Length;)
        {
            var length = ZstdBlockHeader.Length + ZstdBlockHeader.Read(blocks.AsSpan(at)).BodyLength;
            reader.Read(blocks.AsSpan(at, length), block);
            borders.Add(reader.Position);
            at += length;
        }
        return borders;
    }
}
