using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Go;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Compression.Zstd.Go;

/// <summary>Frames in which some blocks are another encoder's.</summary>
public sealed class GoReplaceTests
{
    private static readonly byte[] Content =
    [
        .. EncoderContents.Make("mixed", 1_000_000), .. EncoderContents.Make("bytes", 400_000),
        .. EncoderContents.Make("text", 400_000),
    ];

    /// <summary>Releases differ where literals alone are tried, in the middle here. An encoder that did not follow the
    /// frame could differ behind it, since tables would be others.</summary>
    [Fact]
    public void The_blocks_behind_a_replaced_one_are_the_same()
    {
        var frame = GoFrames.Blocks(GoFrames.Default(14, 2), GoFrames.Stream, Content);
        Assert.InRange(Replaced(GoFrames.Default(17, 8), frame), 1, GoFrames.Split(frame).Count() / 3);
    }

    /// <summary>Every block is the reference library's: all tables come from it, and are read as it wrote
    /// them.</summary>
    [Fact]
    public void A_frame_of_another_program_can_be_followed()
    {
        using var compressor = new ZstdSharp.Compressor(3);
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_contentSizeFlag, 0);
        var frame = compressor.Wrap(Content).ToArray();
        var blocks = frame[ZstdFrameHeader.Read(frame)!.Value.Length..];
        Assert.InRange(Replaced(GoFrames.Default(17, 8), blocks), 10, int.MaxValue);
    }

    [Fact]
    public void A_block_that_is_none_is_refused()
    {
        var numbers = new Random(1);
        var content = Content[..200_000];
        var blocks = GoFrames.Split(GoFrames.Blocks(GoFrames.Default(17, 8), GoFrames.Stream, content)).ToArray();
        for (var i = 0; i < 300; i++)
        {
            var broken = blocks[0].ToArray();
            for (var k = 0; k < 3; k++)
                broken[numbers.Next(Math.Min(broken.Length, 400))] = (byte)numbers.Next(256);
            if (numbers.Next(2) == 0)
                broken = broken[..numbers.Next(broken.Length)];
            using var encoder = GoEncoders.Create(
                GoFrames.Default(17, 8), GoFrames.Stream, new ArrayBufferWriter<byte>());
            encoder.Write(content.AsSpan(0, ZstdBlockHeader.MaximumContent));
            try
            {
                encoder.Replace(broken);
            }
            catch (RecipeRefusedException)
            {
                continue;
            }
            encoder.Write(content.AsSpan(ZstdBlockHeader.MaximumContent));
            encoder.Finish();
        }
    }

    /// <summary>Goes along a frame and replaces each block that comes out otherwise.</summary>
    private static int Replaced(ZstdProfile profile, byte[] frame)
    {
        var output = new ArrayBufferWriter<byte>();
        using var encoder = GoEncoders.Create(profile, GoFrames.Stream, output);
        var reader = new ZstdBlockReader();
        reader.Begin(8 << 20);
        var parts = new ZstdBlockParts();
        var (at, replaced) = (0, 0);
        foreach (var block in GoFrames.Split(frame))
        {
            reader.Read(block.Span, parts);
            output.Clear();
            encoder.Write(Content.AsSpan(at, parts.ContentLength));
            if (output.WrittenCount == 0 && parts.IsLast)
                encoder.Finish();
            else if (output.WrittenCount == 0)
                encoder.EndBlock();
            at += parts.ContentLength;
            if (output.WrittenSpan.SequenceEqual(block.Span))
                continue;
            replaced++;
            Assert.True(encoder.Replace(block.Span));
        }
        Assert.Equal(Content.Length, at);
        return replaced;
    }
}
