using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// The search in groups finds what a plain walk finds, on contents that provoke what could differ. That the rules are
/// those of the real encoders <see cref="EncoderVectorTests"/> say.
/// </summary>
public sealed class ChainSearchTests
{
    private const int Length = 100_000;
    private const int BufferLength = 68 * 1024;

    public static TheoryData<string> Names => [.. Contents.Keys];

    private static Dictionary<string, Func<Random, byte[]>> Contents { get; } = new()
    {
        ["two letters"] = random => Letters(random, 2),
        ["four letters"] = random => Letters(random, 4),
        ["nine letters"] = random => Letters(random, 9),
        ["zeros"] = _ => new byte[Length],
        ["zeros with faults"] = random => Faulty(random, 1, 700),
        ["pairs with faults"] = random => Faulty(random, 2, 40),
        ["short periods"] = random => Faulty(random, 7, 60),
        ["long periods"] = random => Faulty(random, 300, 200),
        ["periods of Go's reach"] = random => Faulty(random, 32_768, 30),
        ["periods beyond Go's reach"] = random => Faulty(random, 32_769, 30),
        ["periods of zlib's reach"] = random => Faulty(random, 32_506, 30),
        ["periods before zlib's reach"] = random => Faulty(random, 32_505, 30),
        ["periods of half the reach"] = random => Faulty(random, 16_253, 30),
        ["same beginnings"] = random => Beginnings(random, 3),
        ["same four bytes"] = random => Beginnings(random, 4),
        ["same nine bytes"] = random => Beginnings(random, 9),
        ["noise"] = random => Letters(random, 256),
        ["text"] = _ => EncoderContents.Make("text", Length),
        ["records"] = _ => EncoderContents.Make("records", Length),
        ["copies"] = _ => EncoderContents.Make("copies", Length),
        ["mixed"] = _ => EncoderContents.Make("mixed", Length),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Searches_find_what_a_plain_walk_finds(string name)
    {
        for (var level = 1; level <= 9; level++)
        {
            var content = Contents[name](new Random(level));
            Compare<ZlibScheme>(content, SearchSettings.Zlib(level), level);
            Compare<ZlibLargeScheme>(content, SearchSettings.Zlib(level), level);
            Compare<GnuScheme>(content, SearchSettings.Zlib(level), level);
            if (level > 1)
                Compare<GoScheme>(content, SearchSettings.Go(level), level);
        }
    }

    [Fact]
    public void Links_further_than_can_be_said_are_out_of_reach()
    {
        // Of the last place with the same hash.
        ushort[] head = [3, 5, 5, 64_535, 64_536, 65_000, 65_535, 7];
        var links = new ushort[8];
        EightLinks.Write(ref links[0], ref head[0], 1000);
        Assert.Equal([1000, 1003, 1005, 1005, 65_535, 65_535, 65_535, 65_535], links);
        EightLinks.Write(ref links[0], ref head[0], 65_535);
        Assert.All(links, link => Assert.Equal(65_535, link));
        EightLinks.Write(ref links[0], ref links[0], 1 << 30);
        Assert.All(links, link => Assert.Equal(65_535, link));
        OneLink.Write(ref links[0], ref head[0], 1 << 30);
        Assert.Equal(65_535, links[0]);
    }

    private static void Compare<TScheme>(byte[] content, SearchSettings settings, int level)
        where TScheme : struct, IHashScheme
    {
        if (level <= 3)
        {
            Compare<TScheme>(content, settings, level, new GreedyMatcher<TScheme>(settings));
            return;
        }
        Compare<TScheme>(content, settings, level, new LazyMatcher<TScheme, OneLink>(settings));
        Compare<TScheme>(content, settings, level, new LazyMatcher<TScheme, EightLinks>(settings));
    }

    private static void Compare<TScheme>(byte[] content, SearchSettings settings, int level, TokenMatcher matcher)
        where TScheme : struct, IHashScheme
    {
        using var owned = matcher;
        var walk = new ChainWalk<TScheme>(content, settings, isLazy: level > 3);
        using var window = new ContentWindow(BufferLength);
        var random = new Random(level);
        // What is behind the end means nothing.
        random.NextBytes(window.Buffer);
        matcher.Begin(window.Buffer, 0, 0, 0);
        while (walk.Position < content.Length)
        {
            matcher.Slide(window.Slide(matcher.Position));
            Fill(window, content);
            matcher.Limit = window.End;
            walk.Limit = (int)window.Origin + window.End;
            var stop = walk.Limit - (window.IsComplete ? 0 : TokenMatcher.Lookahead);
            while (walk.Position < stop)
                Step(walk, matcher, (int)window.Origin, stop, random);
            Assert.Equal(walk.Base, matcher.Base + (int)window.Origin);
        }
    }

    /// <summary>Some tokens that are predicted, and one that may be another.</summary>
    private static void Step<TScheme>(
        ChainWalk<TScheme> walk, TokenMatcher matcher, int origin, int stop, Random random)
        where TScheme : struct, IHashScheme
    {
        var expected = new List<uint>();
        for (var most = random.Next(1, 400); expected.Count < most && walk.Position < stop;)
        {
            expected.Add(walk.Predict());
            walk.Accept(expected[^1]);
        }
        if (random.Next(2) == 0)
        {
            Assert.Equal(expected.Count, matcher.Follow(expected.ToArray()));
        }
        else
        {
            var made = new uint[expected.Count];
            Assert.Equal(made.Length, matcher.Generate(made, stop - origin, mayCross: true));
            Assert.Equal(expected, made);
        }
        Assert.Equal(walk.Position, matcher.Position + origin);
        if (walk.Position >= stop)
            return;
        var predicted = walk.Predict();
        var other = Other(predicted, random);
        Assert.Equal(other == predicted ? 1 : 0, matcher.Follow([other]));
        if (other == predicted)
        {
            walk.Accept(other);
            return;
        }
        Assert.Equal(predicted, matcher.Predicted);
        walk.Commit(other);
        matcher.Commit(other);
    }

    /// <summary>A literal, or a shorter match.</summary>
    private static uint Other(uint token, Random random)
    {
        if (!Token.IsMatch(token))
            return token;
        var length = random.Next(0, Token.MatchLength(token));
        return length < Token.MinimumMatch ? 0 : Token.Match(length, Token.Distance(token));
    }

    private static void Fill(ContentWindow window, byte[] content)
    {
        var from = (int)window.Origin + window.End;
        var count = Math.Min(content.Length - from, window.Capacity - window.End);
        content.AsSpan(from, count).CopyTo(window.Buffer.AsSpan(window.End));
        window.End += count;
        window.IsComplete = from + count == content.Length;
    }

    private static byte[] Letters(Random random, int count) =>
        [.. Enumerable.Range(0, Length).Select(_ => (byte)('a' + random.Next(count)))];

    private static byte[] Faulty(Random random, int period, int interval)
    {
        var bytes = new byte[Length];
        random.NextBytes(bytes.AsSpan(0, period));
        for (var at = period; at < Length; at++)
            bytes[at] = random.Next(interval) == 0 ? (byte)random.Next(4) : bytes[at - period];
        return bytes;
    }

    /// <summary>So many places begin alike that an encoder does not try all of them.</summary>
    private static byte[] Beginnings(Random random, int length)
    {
        var bytes = new byte[Length];
        for (var at = 0; at < Length; at++)
            bytes[at] = (byte)(at % (length + 5) < length ? at % (length + 5) : random.Next(random.Next(1, 5)));
        return bytes;
    }
}
