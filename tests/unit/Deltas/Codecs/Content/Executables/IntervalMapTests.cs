using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

public sealed class IntervalMapTests
{
    [Fact]
    public void The_longest_copy_wins_and_gaps_follow_the_nearest()
    {
        // New: 10..20 from 10, 100..130 from 5, 200..204 from 60.
        List<PatchOp> ops = [new(0, 0, 10), new(10, 10, 80), new(5, 30, 70), new(60, 4, 0)];
        var map = IntervalMap.Create(ops, 100);
        Assert.Equal(95, map.Map(0));
        Assert.Equal(107, map.Map(12));
        Assert.Equal(129, map.Map(34));
        Assert.Equal(95 + 46, map.Map(46));
        Assert.Equal(95 + 47, map.Map(47));
        Assert.Equal(48 + 140, map.Map(48));
        Assert.Equal(203, map.Map(63));
        Assert.Equal(239, map.Map(99));
        Assert.Equal(-1, map.Map(100));
        Assert.Equal(-1, map.Map(-1));
    }

    [Fact]
    public void Without_copies_nothing_is_mapped() => Assert.Equal(-1, IntervalMap.Create([new(0, 0, 5)], 9).Map(3));

    [Fact]
    public void It_is_what_the_rule_says_for_any_operations()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var length = random.Next(1, 9000);
            var ops = ProjectorLawTests.RandomOps(random, length, random.Next(1, 9000), 30);
            var map = IntervalMap.Create(ops, length);
            foreach (var place in Enumerable.Range(0, 40).Select(_ => random.Next(length)))
                Assert.Equal(ByRule(ops, place), map.Map(place));
        }
    }

    private static int ByRule(List<PatchOp> ops, int place)
    {
        var best = (Distance: int.MaxValue, Place: 0, Result: -1);
        var covered = Enumerable.Range(0, 9001).ToDictionary(p => p, p => -1);
        var lengths = new int[9001];
        var position = 0;
        foreach (var op in ops)
        {
            for (var index = 0; index < op.Add; index++)
            {
                if (op.Add <= lengths[op.Old + index])
                    continue;
                (lengths[op.Old + index], covered[op.Old + index]) = (op.Add, position - op.Old);
            }
            position += op.Add + op.Insert;
        }
        for (var other = 0; other < lengths.Length; other++)
        {
            if (lengths[other] > 0 && Math.Abs(other - place) < best.Distance)
                best = (Math.Abs(other - place), other, place + covered[other]);
        }
        return best.Result;
    }
}
