using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

/// <summary>Work grows as the file does, whatever is in it: counted in keys and compared pieces, not in time.</summary>
public sealed class MatcherWorkTests
{
    private const int Small = 1 << 15;

    public static TheoryData<bool, string> Hostile
    {
        get
        {
            var data = new TheoryData<bool, string>();
            foreach (var name in Pairs.Keys)
            {
                data.Add(false, name);
                data.Add(true, name);
            }
            return data;
        }
    }

    private static Dictionary<string, Func<int, (byte[] Old, byte[] New)>> Pairs { get; } = new()
    {
        ["zeros"] = n => (new byte[n], new byte[n]),
        ["zeros against ones"] = n => (new byte[n], Filled(n, _ => 1)),
        ["period 3 behind something else"] = n => ([.. Bytes.Random(1, 500), .. Period(n, 3)], Period(n, 3)),
        ["period 8"] = n => (Period(n, 8), [7, .. Period(n, 8)]),
        ["period 3, changed each 23 bytes"] = n => (Period(n, 3), Filled(n, i => i % 23 == 0 ? 9 : i % 3)),
        ["period 3, changed each 31 bytes"] = n => (Period(n, 3), Filled(n, i => i % 31 == 0 ? 9 : i % 3)),
        ["periods, the new one shifted"] = n => (Filled(n, i => i % 1000 % 7), Filled(n, i => i % 990 % 7)),
        ["runs that grow"] = n => (Growing(n), Period(n, 3)),
        ["zeros with ones among them"] = n =>
            (Filled(n, i => i % 17 == 0 ? 1 : 0), Filled(n, i => i % 19 == 0 ? 1 : 0)),
        ["two letters"] = n => (Letters(1, n), Letters(2, n)),
        ["unlike"] = n => (Bytes.Random(1, n), Bytes.Random(2, n)),
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Four_times_the_bytes_are_no_more_than_six_times_the_work(bool isText, string name)
    {
        var small = Work(isText, Pairs[name](Small));
        var large = Work(isText, Pairs[name](4 * Small));
        Assert.InRange(large, 1, (6 * small) + 10_000);
        Assert.InRange(large, 1, 4L * Small * 500);
    }

    private static long Work(bool isText, (byte[] Old, byte[] New) pair)
    {
        var ops = MatcherBench.Match(isText, pair.Old, pair.New, out var steps);
        Assert.Equal(pair.New, MatcherBench.Replay(pair.Old, pair.New, ops));
        return steps;
    }

    private static byte[] Filled(int count, Func<int, int> value) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)value(i))];

    private static byte[] Period(int count, int period) => Filled(count, i => i % period);

    private static byte[] Letters(int seed, int count) => [.. Bytes.Random(seed, count).Select(b => (byte)(b & 1))];

    private static byte[] Growing(int count)
    {
        var file = new List<byte>();
        for (var length = 30; file.Count < count; length += 25)
        {
            file.AddRange(Period(length, 3));
            file.Add(200);
        }
        return [.. file.Take(count)];
    }
}
