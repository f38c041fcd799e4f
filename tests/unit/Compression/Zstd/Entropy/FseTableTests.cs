using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Tests.Compression.Zstd.Entropy;

/// <summary>Tables of finite state entropy, and how their counts are written.</summary>
public sealed class FseTableTests
{
    [Fact]
    public void Counts_are_read_as_they_were_written()
    {
        var numbers = new Random(7);
        var output = new byte[FseCountsWriter.MaximumLength];
        for (var i = 0; i < 2000; i++)
        {
            var log = numbers.Next(5, 10);
            var counts = Counts(numbers, log, numbers.Next(1, 54));
            var length = FseCountsWriter.Write(output, counts, log);
            var read = new FseCounts();
            Assert.Equal(length, FseCountsReader.Read(output, read, 9, 53));
            Assert.Equal(log, read.AccuracyLog);
            Assert.Equal(counts, read.Counts[..counts.Length].ToArray());
        }
    }

    [Theory]
    [InlineData(5, new short[] { 16, 15 })]
    [InlineData(5, new short[] { 16, 17 })]
    [InlineData(5, new short[] { 33, -1 })]
    [InlineData(5, new short[] { -2, 30 })]
    [InlineData(4, new short[] { 8, 8 })]
    [InlineData(10, new short[] { 512, 512 })]
    public void Counts_that_do_not_fill_a_table_are_refused(int log, short[] counts) =>
        Assert.Throws<RecipeRefusedException>(() => new FseEncodingTable().Build(counts, log));

    /// <summary>Counts that fill a table, with runs of symbols that do not occur; the last occurs.</summary>
    private static short[] Counts(Random numbers, int log, int symbols)
    {
        var counts = new short[symbols];
        var left = (1 << log) - 1;
        for (var i = 0; i < symbols - 1 && left > 0; i++)
        {
            if (numbers.Next(2) == 0)
                continue;
            var count = numbers.Next(3) == 0 ? -1 : numbers.Next(1, 1 + Math.Max(1, left / 2));
            counts[i] = (short)count;
            left -= Math.Abs(count);
        }
        counts[symbols - 1] = (short)(left + 1);
        return counts;
    }
}
