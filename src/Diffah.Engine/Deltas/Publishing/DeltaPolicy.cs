using System.Collections.Immutable;
using System.Numerics;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Publishing;

/// <summary>
/// Which deltas a publisher makes for a new version of an image, which of the older ones it may delete, and how a
/// receiver gets from an older version to the new one.
/// </summary>
/// <remarks>
/// A policy is one rule: how far the first step goes towards a version that is so many versions away; never less far
/// where that one is farther away. It knows distances only, so it is the same whether all versions of an image are
/// listed or just the last: versions are places in their order, and which number the first has does not matter.
/// </remarks>
public sealed class DeltaPolicy
{
    private readonly Func<int, int> _firstStep;

    private DeltaPolicy(string name, Func<int, int> firstStep) => (Name, _firstStep) = (name, firstStep);

    /// <summary>A delta from each of the last <see cref="FarthestPair"/> versions: one step from any of them.</summary>
    public static DeltaPolicy EveryPair { get; } = new("every-pair", distance => Math.Min(distance, FarthestPair));

    /// <summary>A delta from the version before, and no other: as many steps as versions.</summary>
    public static DeltaPolicy Neighbours { get; } = new("neighbours", _ => 1);

    /// <summary>
    /// Deltas from the versions that are 1, 2, 4, 8 … before: the steps are the ones in the binary number of the
    /// distance, so there are as many as it has ones.
    /// </summary>
    public static DeltaPolicy SkipList { get; } =
        new("skip-list", distance => 1 << BitOperations.Log2((uint)distance));

    /// <summary>The name of the policy that is recommended.</summary>
    public const string RecommendedName = "recommended";

    /// <summary>How many versions back <see cref="EveryPair"/> goes with one delta: a year of monthly ones.</summary>
    public const int FarthestPair = 12;

    /// <summary>The policies, apart from the one that another name stands for.</summary>
    public static ImmutableArray<DeltaPolicy> All { get; } = [EveryPair, Neighbours, SkipList];

    /// <summary>The one that is recommended; docs/scale.md says by what figures.</summary>
    public static DeltaPolicy Recommended => SkipList;

    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static ImmutableArray<string> Names { get; } = [RecommendedName, .. All.Select(p => p.Name)];

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The policy of a name.</summary>
    /// <exception cref="DiffahException">InvalidArgument: there is none of this name.</exception>
    public static DeltaPolicy Named(string name) =>
        name == RecommendedName
            ? Recommended
            : All.FirstOrDefault(p => p.Name == name) ?? throw new DiffahException(DiffahErrors.InvalidArgument,
                $"There is no policy '{name}'.", $"Give one of {string.Join(", ", Names)}.");

    /// <summary>The earlier versions that get a delta to a new one, the nearest first.</summary>
    /// <param name="newest">The new version.</param>
    /// <param name="oldest">The oldest version that receivers may still have.</param>
    public ImmutableArray<int> Predecessors(int newest, int oldest) =>
        [.. Enumerable.Range(1, Math.Max(0, newest - oldest))
            .Where(distance => _firstStep(distance) == distance)
            .Select(distance => newest - distance)];

    /// <summary>The deltas that lead from a version to a later one, in order; none where both are the same.</summary>
    public ImmutableArray<DeltaStep> Path(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var steps = ImmutableArray.CreateBuilder<DeltaStep>();
        while (from < to)
        {
            var step = new DeltaStep(from, from + _firstStep(to - from));
            steps.Add(step);
            from = step.To;
        }
        return steps.ToImmutable();
    }

    /// <summary>
    /// Whether a delta is on a path, now or when later versions are out. One that is not may be deleted.
    /// </summary>
    /// <param name="delta">A delta that this policy had made.</param>
    /// <param name="wanted">The oldest version that receivers may still ask for: the newest, or an earlier one where
    /// some receivers follow behind.</param>
    /// <param name="oldest">The oldest version that receivers may still have.</param>
    public bool Keeps(DeltaStep delta, int wanted, int oldest) =>
        // A path goes on from a version without regard to where it came from: only the distance to its end counts, and
        // that grows. First steps grow with it, so one that is too short now will not be taken again.
        delta.From >= oldest
            && _firstStep(Math.Max(delta.Distance, wanted - delta.From)) == delta.Distance;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
