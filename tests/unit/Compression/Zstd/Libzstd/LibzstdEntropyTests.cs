using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Libzstd;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Compression.Zstd.Libzstd;

/// <summary>Blocks made again of their sequences. <see cref="LibzstdVectorTests"/> holds the encoders that made them
/// against the real ones.</summary>
public sealed class LibzstdEntropyTests
{
    [Theory]
    [InlineData(1, 1, "mixed", 1_000_000)]
    [InlineData(3, 1, "records", 1_000_000)]
    [InlineData(3, 2, "mixed", 1_000_000)]
    [InlineData(5, 2, "text", 600_000)]
    [InlineData(9, 1, "mixed", 600_000)]
    [InlineData(17, 1, "mixed", 270_000)]
    [InlineData(19, 2, "mixed", 270_000)]
    public void Blocks_come_out_as_they_were(int level, byte release, string kind, int size)
    {
        var content = EncoderContents.Make(kind, size);
        var header = LibzstdFrames.Sized(size);
        var profile = LibzstdFrames.Profile((LibzstdRelease)release, level, LibzstdModes.EndsWithContent);
        var blocks = LibzstdFrames.Encode(profile, header, content);
        var reader = new ZstdBlockReader();
        reader.Begin(header.WindowSize);
        var block = new ZstdBlockParts();
        using var entropy = new LibzstdEntropy(LibzstdEntropy.StrategyOf(level));
        var remade = new ArrayBufferWriter<byte>();
        for (var (at, from) = (0, 0); at < blocks.Length; from += block.ContentLength)
        {
            var length = ZstdBlockHeader.Length + ZstdBlockHeader.Read(blocks.AsSpan(at)).BodyLength;
            reader.Read(blocks.AsSpan(at, length), block);
            remade.ResetWrittenCount();
            if (block.Type == ZstdBlockType.Compressed)
                entropy.WriteBlock(
                    content.AsSpan(from, block.ContentLength), block.Sequences, block.IsLast, remade);
            else
                remade.Write(blocks.AsSpan(at, length));
            Assert.Equal(blocks.AsSpan(at, length), remade.WrittenSpan);
            at += length;
        }
    }

    [Theory]
    [InlineData(-1, 3, 4)]
    [InlineData(0, 2, 4)]
    [InlineData(0, 3, 0)]
    [InlineData(0, 1001, 4)]
    [InlineData(1001, 3, 4)]
    [InlineData(600, 600, 4)]
    [InlineData(int.MaxValue, int.MaxValue, 4)]
    public void Sequences_that_do_not_fit_are_refused(int literals, int match, uint offset)
    {
        using var entropy = new LibzstdEntropy(2);
        Assert.Throws<RecipeRefusedException>(() => entropy.WriteBlock(
            new byte[1000], [new ZstdSequence(literals, match, offset, 0)], false, new ArrayBufferWriter<byte>()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void There_is_no_such_strategy(int strategy) =>
        Assert.Throws<RecipeRefusedException>(() => new LibzstdEntropy(strategy));
}
