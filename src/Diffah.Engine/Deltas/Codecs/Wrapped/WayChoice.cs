using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>
/// Chooses the patches of a content that travel, where several others need it and have different things: those that
/// serve all of them and take the least together.
/// </summary>
internal static class WayChoice
{
    // What a patch takes beside its bytes: an entry of the archive, and some lines of the sidecar.
    private const long Entry = 1024;
    private const long Source = 80;

    /// <summary>Whether several patches can take less than one.</summary>
    /// <param name="one">The one that serves all.</param>
    /// <param name="count">How many others there are.</param>
    public static bool IsWorthwhile(EncodedContent one, int count) => count > 1 && CostOf(one) > 2 * Entry;

    /// <summary>The patches that take the least; of equal choices the one of earlier patches.</summary>
    /// <param name="made">The patches: the first serves all, and then there is one for each of the others.</param>
    /// <param name="sources">What each of the others has.</param>
    public static EncodedContent Smallest(
        IReadOnlyList<EncodedContent> made, IReadOnlyList<IReadOnlySet<Digest>> sources)
    {
        var serves = made.Select(m => ServedBy(m, sources)).ToArray();
        var (all, best) = ((1 << sources.Count) - 1, (Set: 1, Cost: CostOf(made[0])));
        for (var set = 1; set < 1 << made.Count; set++)
        {
            var chosen = Enumerable.Range(0, made.Count).Where(i => (set & (1 << i)) != 0).ToArray();
            var cost = chosen.Sum(i => CostOf(made[i]));
            if (cost < best.Cost && chosen.Aggregate(0, (served, i) => served | serves[i]) == all)
                best = (set, cost);
        }
        return Together([.. made.Where((_, i) => (best.Set & (1 << i)) != 0)]);
    }

    private static int ServedBy(EncodedContent made, IReadOnlyList<IReadOnlySet<Digest>> sources)
    {
        var served = 0;
        for (var i = 0; i < sources.Count; i++)
        {
            if (made.Patch.Sources.All(sources[i].Contains))
                served |= 1 << i;
        }
        return served;
    }

    private static EncodedContent Together(ImmutableArray<EncodedContent> chosen) => chosen[0] with
    {
        Patch = chosen[0].Patch with
        {
            Alternatives = [.. chosen.Skip(1).Select((c, i) => c.Patch with { Number = i + 1 })],
        },
        Others = [.. chosen.Skip(1).Select(c => c.Open)],
    };

    private static long CostOf(EncodedContent made) =>
        made.Patch.ArchiveSize + Entry + Source * made.Patch.Sources.Length;
}
