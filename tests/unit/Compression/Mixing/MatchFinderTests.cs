using System.Text;
using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

public sealed class MatchFinderTests
{
    [Fact]
    public void Bytes_that_stood_before_are_expected_again()
    {
        var bytes = "0123456789abcdef 0123456789xyz"u8.ToArray();
        var finder = new MatchFinder(4, 12);
        var expected = Follow(finder, bytes);
        // Six equal bytes are asked for at least where there are as many to compare.
        Assert.Equal("....................." + "456789a", expected[..28]);
        // The match is left at the first wrong byte.
        Assert.Equal("..", expected[28..]);
    }

    [Fact]
    public void A_match_knows_how_long_it_is_up_to_a_bound()
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the quick brown fox jumps over ", 4)));
        var finder = new MatchFinder(6, 12);
        Follow(finder, bytes);
        Assert.Equal(MatchFinder.MostLength, finder.Length);
        Assert.Equal((byte)'t', bytes[finder.Place]);
        finder.Leave();
        Assert.Equal((-1, 0), (finder.Place, finder.Length));
    }

    [Fact]
    public void What_was_cleared_is_not_found()
    {
        var bytes = "0123456789abcdef"u8.ToArray();
        var finder = new MatchFinder(4, 12);
        for (var round = 0; round < 50; round++)
        {
            Follow(finder, bytes);
            finder.Find(bytes, Last(bytes, 10));
            Assert.Equal(10, finder.Place);
            finder.Clear();
            for (var place = 0; place < bytes.Length; place++)
            {
                finder.Find(bytes, Last(bytes, place));
                Assert.Equal(-1, finder.Place);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_expected_stands_behind_bytes_that_are_equal(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[20_000];
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] = (byte)random.Next(3);
        // Few slots: most that is found is of other bytes, and has to be seen.
        var finder = new MatchFinder(7, 6);
        ulong last = 0;
        var found = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            finder.Find(bytes.AsSpan(0, index), last);
            if (finder.Place >= 0)
            {
                found++;
                Assert.InRange(finder.Place, 6, index - 1);
                var equal = 0;
                while (equal < finder.Length && bytes[finder.Place - 1 - equal] == bytes[index - 1 - equal])
                    equal++;
                Assert.Equal(finder.Length, equal);
            }
            finder.Add(last, index);
            finder.Advance(bytes.AsSpan(0, index), bytes[index]);
            last = (last << 8) | bytes[index];
        }
        Assert.InRange(found, 100, bytes.Length);
    }

    /// <summary>The byte that was expected at each place; a dot for none.</summary>
    private static string Follow(MatchFinder finder, byte[] bytes)
    {
        var expected = new StringBuilder();
        ulong last = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            finder.Find(bytes.AsSpan(0, index), last);
            expected.Append(finder.Place < 0 ? '.' : (char)bytes[finder.Place]);
            finder.Add(last, index);
            finder.Advance(bytes.AsSpan(0, index), bytes[index]);
            last = (last << 8) | bytes[index];
        }
        return expected.ToString();
    }

    private static ulong Last(byte[] bytes, int place)
    {
        ulong last = 0;
        for (var index = Math.Max(0, place - 8); index < place; index++)
            last = (last << 8) | bytes[index];
        return last;
    }
}
