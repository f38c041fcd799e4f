using Diffah.Engine.Deltas.Publishing;
using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Deltas.Publishing;

/// <summary>
/// What a policy says of a history of versions, held against what a walk over the deltas that are really there finds.
/// </summary>
public sealed class DeltaPolicyTests
{
    private const int Versions = 40;

    public static TheoryData<string> Names => [.. DeltaPolicy.Names];

    [Theory]
    [InlineData("neighbours", 9, "8")]
    [InlineData("skip-list", 1, "")]
    [InlineData("skip-list", 2, "1")]
    [InlineData("skip-list", 9, "8 7 5 1")]
    [InlineData("skip-list", 20, "19 18 16 12 4")]
    [InlineData("every-pair", 5, "4 3 2 1")]
    [InlineData("every-pair", 20, "19 18 17 16 15 14 13 12 11 10 9 8")]
    public void A_new_version_gets_deltas_from(string policy, int version, string predecessors) =>
        Assert.Equal(predecessors, string.Join(' ', DeltaPolicy.Named(policy).Predecessors(version, 1)));

    [Theory]
    [InlineData("neighbours", "7 → 8, 8 → 9, 9 → 10")]
    [InlineData("skip-list", "7 → 9, 9 → 10")]
    [InlineData("every-pair", "7 → 10")]
    public void The_way_from_7_to_10_is(string policy, string path) =>
        Assert.Equal(path, string.Join(", ", DeltaPolicy.Named(policy).Path(7, 10)));

    /// <summary>Every way is made of deltas that were made, and arrives.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_earlier_version_reaches_every_later_one(string name)
    {
        var policy = DeltaPolicy.Named(name);
        var made = Made(policy, Versions);
        for (var to = 1; to <= Versions; to++)
        {
            for (var from = 1; from <= to; from++)
                AssertLeads(policy.Path(from, to), from, to, made);
        }
    }

    /// <summary>The bound is the number of ones in the distance; no way over the same deltas has fewer steps.</summary>
    [Fact]
    public void Skip_lists_have_the_fewest_steps_that_their_deltas_allow()
    {
        var made = Made(DeltaPolicy.SkipList, Versions);
        for (var from = 1; from < Versions; from++)
        {
            var path = DeltaPolicy.SkipList.Path(from, Versions);
            Assert.Equal(Convert.ToString(Versions - from, 2).Count(digit => digit == '1'), path.Length);
            Assert.Equal(FewestSteps(made, from, Versions), path.Length);
        }
    }

    [Fact]
    public void Every_pair_has_the_fewest_steps_that_its_deltas_allow()
    {
        var made = Made(DeltaPolicy.EveryPair, Versions);
        for (var from = 1; from < Versions; from++)
            Assert.Equal(FewestSteps(made, from, Versions), DeltaPolicy.EveryPair.Path(from, Versions).Length);
    }

    /// <summary>
    /// Released one after another, with deletions after each: what is kept suffices for every receiver, and each kept
    /// delta is used, now or by a version that comes later.
    /// </summary>
    [Theory]
    [InlineData("every-pair", 12, 0)]
    [InlineData("every-pair", 20, 3)]
    [InlineData("neighbours", 12, 0)]
    [InlineData("skip-list", 12, 0)]
    [InlineData("skip-list", 13, 2)]
    [InlineData("skip-list", 40, 0)]
    [InlineData("recommended", 12, 1)]
    public void What_is_kept_suffices_and_is_needed(string name, int window, int behind)
    {
        var policy = DeltaPolicy.Named(name);
        var kept = new HashSet<DeltaStep>();
        for (var newest = 1; newest <= Versions; newest++)
        {
            var (wanted, oldest) = (Math.Max(1, newest - behind), Math.Max(1, newest - window));
            kept.UnionWith(policy.Predecessors(newest, oldest).Select(p => new DeltaStep(p, newest)));
            kept.RemoveWhere(delta => !policy.Keeps(delta, wanted, oldest));
            var used = new HashSet<DeltaStep>();
            for (var from = oldest; from <= newest; from++)
            {
                for (var to = Math.Max(from, wanted); to <= newest + Versions; to++)
                {
                    var path = policy.Path(from, to);
                    used.UnionWith(path);
                    if (to <= newest)
                        AssertLeads(path, from, to, kept);
                }
            }
            Assert.Subset(used, kept);
        }
    }

    /// <summary>Whoever follows the newest version needs one delta of each version that is still about.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void One_delta_is_kept_for_each_version_that_receivers_may_have(string name)
    {
        var policy = DeltaPolicy.Named(name);
        var kept = Made(policy, Versions).Where(delta => policy.Keeps(delta, Versions, Versions - 12)).ToList();
        Assert.Equal(Enumerable.Range(Versions - 12, 12), kept.Select(delta => delta.From).Order());
    }

    [Fact]
    public void A_delta_of_a_version_that_is_no_longer_about_goes()
    {
        Assert.True(DeltaPolicy.Neighbours.Keeps(new DeltaStep(5, 6), 20, 5));
        Assert.False(DeltaPolicy.Neighbours.Keeps(new DeltaStep(5, 6), 20, 6));
    }

    [Fact]
    public void A_name_that_is_not_known_is_told_with_those_that_are()
    {
        var error = Assert.Throws<DiffahException>(() => DeltaPolicy.Named("Skip-List"));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("recommended, every-pair, neighbours, skip-list", error.NextAction, StringComparison.Ordinal);
    }

    private static HashSet<DeltaStep> Made(DeltaPolicy policy, int newest) =>
        [.. Enumerable.Range(1, newest).SelectMany(v => policy.Predecessors(v, 1).Select(p => new DeltaStep(p, v)))];

    private static void AssertLeads(IReadOnlyList<DeltaStep> path, int from, int to, HashSet<DeltaStep> there)
    {
        Assert.Subset(there, path.ToHashSet());
        var at = from;
        foreach (var step in path)
        {
            Assert.Equal(at, step.From);
            at = step.To;
        }
        Assert.Equal(to, at);
    }

    /// <summary>Breadth first over the deltas that are there.</summary>
    private static int FewestSteps(HashSet<DeltaStep> there, int from, int to)
    {
        var reached = new HashSet<int> { from };
        for (var steps = 0; ; steps++)
        {
            if (reached.Contains(to))
                return steps;
            reached.UnionWith(there.Where(delta => reached.Contains(delta.From)).Select(delta => delta.To).ToList());
        }
    }
}
