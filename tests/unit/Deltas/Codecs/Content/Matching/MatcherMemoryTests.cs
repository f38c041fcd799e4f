using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

/// <summary>What coding a file takes of memory has a bound, and is given back at once.</summary>
public sealed class MatcherMemoryTests
{
    private const int Length = 24 << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1 << 20)]
    [InlineData(47_000_000)]
    [InlineData(1 << 26)]
    [InlineData(1 << 28)]
    [InlineData(1 << 30)]
    [InlineData(int.MaxValue)]
    public void An_index_takes_192_MiB_at_the_most(int oldLength)
    {
        Assert.InRange(BinaryMatcher.MemoryOf(oldLength, MatchSettings.Binary), 1, 192L << 20);
        Assert.InRange(TextMatcher.MemoryOf(oldLength, MatchSettings.Text), 1, 2 * (192L << 20));
        Assert.InRange(
            BinaryMatcher.MemoryOf(oldLength, MatchSettings.Binary), 2L * Math.Min(oldLength, 1 << 26) - 64,
            6L * oldLength + 4096);
    }

    [Fact]
    public void Indexes_are_not_left_to_the_garbage_collector()
    {
        var old = Bytes.Random(1, Length);
        byte[] now = [.. old[..(Length / 2)], 1, .. old[(Length / 2)..]];
        foreach (var isText in (bool[])[false, true])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(2, MatcherBench.Match(isText, old, now, out _).Count);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void New_data_are_not_copied_before_they_are_written()
    {
        var now = Bytes.Random(1, Length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var coded = FileWriter.Write(now, null, FileClass.Other, CancellationToken.None);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.True(coded.IsNew);
        Assert.Equal(0, coded.Draft.Length);
    }
}
