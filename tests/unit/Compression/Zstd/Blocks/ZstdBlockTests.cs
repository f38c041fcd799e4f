using System.Diagnostics;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Blocks;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Tests.Compression.Gzip;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression.Zstd.Blocks;

/// <summary>What is read of a block makes its bytes and its content again.</summary>
public sealed class ZstdBlockTests
{
    private static readonly int[] Sizes = [0, 1, 20, 300, 5000, 200_000];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(19)]
    public void Blocks_of_the_library_are_made_again(int level)
    {
        var walk = new BlockWalk();
        foreach (var (kind, size) in Contents())
        {
            var content = EncoderContents.Make(kind, size);
            Assert.Equal(content, new BlockWalk().Go(Compress(content, level)));
            walk.Go(Compress(content, level));
        }
        Assert.Equal((0, true), (walk.Others, walk.Blocks > 40));
    }

    [Fact]
    public void All_forms_of_blocks_are_seen()
    {
        var walk = new BlockWalk();
        foreach (var (kind, size) in Contents())
        {
            foreach (var level in (int[])[1, 3, 5])
                walk.Go(Compress(EncoderContents.Make(kind, size), level));
        }
        string[] forms =
        [
            "block Raw", "block Rle", "block Compressed", "literals Compressed 3 1", "literals Compressed 3 4",
            "literals Compressed 4 4", "literals Compressed 5 4", "weights coded", "count 1",
            "count 2", "lengths Predefined", "lengths Fse", "offsets Fse", "matches Fse",
        ];
        Assert.Empty(forms.Except(walk.Forms));
    }

    [SkippableTheory]
    [InlineData("-1")]
    [InlineData("-3")]
    [InlineData("-7")]
    [InlineData("-12")]
    [InlineData("-19")]
    [InlineData("--fast=5")]
    public async Task Blocks_of_the_command_are_made_again(string level)
    {
        Skip.IfNot(ExternalTool.Exists("zstd"), "zstd is not installed on this machine.");
        var content = EncoderContents.Make("mixed", 2_500_000);
        string[] arguments = ["-c", level];
        using var process = Process.Start(
            new ProcessStartInfo("zstd", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        var read = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(content);
        process.StandardInput.Close();
        await read;
        var walk = new BlockWalk();
        Assert.Equal(content, walk.Go(output.ToArray()));
        Assert.Equal(0, walk.Others);
    }

    [Fact]
    public void Repeat_offsets_follow_the_standard()
    {
        // RFC 8878, section 3.1.1.5: with literals, 3 is the third; without, 3 is the first less one.
        var offsets = RepeatOffsets.Initial;
        Assert.Equal(100u, offsets.Resolve(103, 5));
        Assert.Equal(new RepeatOffsets(100, 1, 4), offsets);
        Assert.Equal(4u, offsets.Resolve(3, 5));
        Assert.Equal(new RepeatOffsets(4, 100, 1), offsets);
        Assert.Equal(100u, offsets.Resolve(1, 0));
        Assert.Equal(new RepeatOffsets(100, 4, 1), offsets);
        Assert.Equal(1u, offsets.Resolve(2, 0));
        Assert.Equal(new RepeatOffsets(1, 100, 4), offsets);
        Assert.Equal(0u, offsets.Resolve(3, 0));
    }

    [Fact]
    public void A_changed_block_is_read_or_refused_and_so_is_it_written()
    {
        var stream = Compress(EncoderContents.Make("records", 40_000), 3);
        var header = ZstdFrameHeader.Read(stream)!.Value;
        var block = stream[header.Length..];
        block = block[..(ZstdBlockHeader.Length + ZstdBlockHeader.Read(block).BodyLength)];
        var (reader, writer, parts) = (new ZstdBlockReader(), new ZstdBlockWriter(), new ZstdBlockParts());
        var random = new Random(5);
        var (read, refused, same) = (0, 0, 0);
        for (var turn = 0; turn < 4000; turn++)
        {
            var changed = block.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(turn % 3 == 0 ? 100 : changed.Length)] ^= (byte)(1 << random.Next(8));
            reader.Begin(header.WindowSize);
            writer.Begin();
            try
            {
                reader.Read(changed, parts);
                read++;
                same += writer.Write(parts).SequenceEqual(changed) ? 1 : 0;
            }
            catch (RecipeRefusedException)
            {
                refused++;
            }
        }
        Assert.True(read > 100 && refused > 100 && same > 100, $"{read} read, {same} the same, {refused} refused");
    }

    [Fact]
    public void A_match_from_before_the_content_is_refused()
    {
        // One sequence of the format's own tables: no literals, and the offset used last, which is 1.
        byte[] block = [0x3D, 0, 0, 0x00, 1, 0x00, 0, 0, 0x10];
        block[0] = (byte)(((block.Length - 3) << 3) | 5);
        var reader = new ZstdBlockReader();
        reader.Begin(1024);
        var refusal = Assert.Throws<RecipeRefusedException>(() => reader.Read(block, new ZstdBlockParts()));
        Assert.Equal(RecipeRefusal.Corrupt, refusal.Reason);
    }

    private static IEnumerable<(string Kind, int Size)> Contents() =>
        from kind in EncoderContents.Kinds from size in Sizes select (kind, size);

    private static byte[] Compress(byte[] content, int level)
    {
        using var output = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(output, new ZstdSettings(level, ContentSize: content.Length)))
        {
            zstd.Write(content);
            zstd.Finish();
        }
        return output.ToArray();
    }
}
