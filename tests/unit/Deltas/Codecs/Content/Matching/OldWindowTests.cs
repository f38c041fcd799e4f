using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

public sealed class OldWindowTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(65_500)]
    [InlineData(1_000_000)]
    [InlineData(2_999_000)]
    public void A_short_file_that_a_long_one_holds_is_found_there(int place)
    {
        var random = new Random(place);
        var old = new byte[3_000_000];
        random.NextBytes(old);
        var now = old.AsSpan(place, 1000).ToArray();
        now[500] ^= 0x55;
        var (start, length) = OldWindow.Of(old, now, default);
        Assert.InRange(length, 1000, 4 << 16);
        Assert.InRange(place, start, start + length - 1000);

        foreach (var ops in new[]
        {
            BinaryMatcher.Match(old, now, MatchSettings.Binary, default),
            TextMatcher.Match(old, now, MatchSettings.Text, default),
        })
        {
            Assert.Equal(now.Length, ops.Sum(o => o.Add + o.Insert));
            Assert.Equal(place, ops[0].Old);
            Assert.InRange(ops.Sum(o => o.Add), 990, 1000);
        }
    }

    [Fact]
    public void A_file_that_is_not_much_longer_is_looked_at_whole()
    {
        var old = new byte[1 << 21];
        Assert.Equal((0, old.Length), OldWindow.Of(old, new byte[1 << 20], default));
        Assert.Equal((0, 1000), OldWindow.Of(new byte[1000], new byte[8], default));
    }

    [Fact]
    public void Runs_of_one_byte_do_not_say_where_a_file_is_told_from()
    {
        var random = new Random(1);
        var old = new byte[4_000_000];
        var now = new byte[2000];
        random.NextBytes(now.AsSpan(1500));
        now.CopyTo(old, 3_500_000);
        var (start, length) = OldWindow.Of(old, now, default);
        Assert.InRange(3_500_000, start, start + length);
    }
}
