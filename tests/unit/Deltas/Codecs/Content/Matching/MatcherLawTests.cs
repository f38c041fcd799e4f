using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

/// <summary>What holds for the ops of any pair.</summary>
public sealed class MatcherLawTests
{
    public static TheoryData<bool> Both => MatcherBench.Both;

    [Theory]
    [MemberData(nameof(Both))]
    public void Ops_give_the_new_file_back_for_any_pair(bool isText)
    {
        var random = new Random(7);
        for (var round = 0; round < 400; round++)
        {
            var old = RandomFile(random, random.Next(3000));
            var made = RandomEdit(random, old);
            Assert.Equal(made, MatcherBench.Replay(old, made, MatcherBench.Match(isText, old, made)));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Files_of_a_few_bytes_and_of_none_are_covered(bool isText)
    {
        for (var old = 0; old < 34; old++)
        {
            for (var made = 0; made < 34; made++)
            {
                var (from, to) = (Bytes.Random(1, old), Bytes.Random(1, made));
                Assert.Equal(to, MatcherBench.Replay(from, to, MatcherBench.Match(isText, from, to)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void An_empty_file_has_no_ops(bool isText) => Assert.Empty(MatcherBench.Match(isText, [1, 2, 3], []));

    [Theory]
    [MemberData(nameof(Both))]
    public void The_same_pair_gives_the_same_ops_whatever_was_in_the_pool(bool isText)
    {
        var old = Bytes.Text(1, 60_000);
        var made = RandomEdit(new Random(3), old);
        var first = MatcherBench.Match(isText, old, made);
        MatcherBench.Match(isText, Bytes.Random(5, 60_000), Bytes.Random(6, 60_000));
        Assert.Equal(first, MatcherBench.Match(isText, old, made));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_match_is_cancelled(bool isText)
    {
        var cancelled = new CancellationToken(true);
        Assert.Throws<OperationCanceledException>(() => isText
            ? TextMatcher.Match(Bytes.Random(1, 100), Bytes.Random(2, 100), MatchSettings.Text, cancelled)
            : BinaryMatcher.Match(Bytes.Random(1, 100), Bytes.Random(2, 100), MatchSettings.Binary, cancelled));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_settings_cover_the_file(int stride)
    {
        var random = new Random(stride);
        foreach (var key in new[] { 4, 6, 8 })
        {
            var settings = MatchSettings.Text with { Key = key, Stride = stride, LongKey = 16, LongStride = 3 };
            var old = RandomFile(random, 5000);
            var made = RandomEdit(random, old);
            Assert.Equal(made, MatcherBench.Replay(
                old, made, BinaryMatcher.Match(old, made, settings, CancellationToken.None)));
            Assert.Equal(made, MatcherBench.Replay(
                old, made, TextMatcher.Match(old, made, settings, CancellationToken.None)));
        }
    }

    /// <summary>Of few different bytes, so that much is alike by chance, with runs and repetitions.</summary>
    private static byte[] RandomFile(Random random, int length)
    {
        var file = new byte[length];
        var letters = 1 << random.Next(1, 9);
        for (var at = 0; at < length;)
        {
            var count = Math.Min(length - at, random.Next(1, 200));
            var period = random.Next(1, 12);
            var isNew = at < period || random.Next(3) > 0;
            for (var end = at + count; at < end; at++)
                file[at] = isNew ? (byte)random.Next(letters) : file[at - period];
        }
        return file;
    }

    private static byte[] RandomEdit(Random random, byte[] old)
    {
        var made = new List<byte>();
        for (var edits = random.Next(12); edits >= 0; edits--)
        {
            var start = random.Next(old.Length + 1);
            var piece = old[start..Math.Min(old.Length, start + random.Next(2000))];
            for (var changes = random.Next(6); changes > 0 && piece.Length > 0; changes--)
                piece[random.Next(piece.Length)]++;
            made.AddRange(piece);
            made.AddRange(RandomFile(random, random.Next(30)));
        }
        return [.. made];
    }
}
