using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>
/// A source costs the receiver: it has to be fetched and decompressed. A further one is taken only where it saves more
/// than a 4096th of its bytes, or is read anyway for another content.
/// </summary>
internal static class SourceCost
{
    private const long WorthRatio = 4096;

    // Data that are told by a source take some part of their bytes without it; below this it can't save enough.
    private const long IdleRatio = 512;

    /// <summary>Bytes of a patch that reading a source is worth.</summary>
    /// <param name="source">The source.</param>
    public static long WorthOf(ContentMap source) => source.File.Length / WorthRatio;

    /// <summary>
    /// Of the sources that tell a content, those that tell little: they may be left out. At least one is left.
    /// </summary>
    /// <param name="target">The content.</param>
    /// <param name="sources">The sources that it may be told by.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Their places among those that are used.</returns>
    public static IReadOnlyList<int> FindIdle(
        ContentMap target, IReadOnlyList<ContentMap> sources, CancellationToken cancellationToken)
    {
        var plan = SourcePlan.Make(target, sources, cancellationToken);
        if (plan.Used.Length < 2)
            return [];
        var told = new long[plan.Used.Length];
        for (var index = 0; index < plan.Pairs.Length; index++)
        {
            var pair = plan.Pairs[index];
            if (pair.Kind is PairedKind.Copy or PairedKind.Patch)
                told[SourceOf(pair.Record, plan, sources)] += target.Records[index].DataLength;
        }
        var most = Array.IndexOf(told, told.Max());
        return [.. Enumerable.Range(0, told.Length)
            .Where(i => i != most && told[i] < sources[plan.Used[i]].File.Length / IdleRatio)];
    }

    /// <summary>The sources that tell a content, and not little: whoever makes it reads them.</summary>
    /// <param name="target">The content.</param>
    /// <param name="sources">The sources that it may be told by.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static IEnumerable<ContentMap> FindNeeded(
        ContentMap target, IReadOnlyList<ContentMap> sources, CancellationToken cancellationToken)
    {
        var idle = FindIdle(target, sources, cancellationToken);
        return SourcePlan.Make(target, sources, cancellationToken).Used.Where((_, i) => !idle.Contains(i))
            .Select(i => sources[i]);
    }

    private static int SourceOf(int record, SourcePlan plan, IReadOnlyList<ContentMap> sources)
    {
        for (var place = 0; place < plan.Used.Length; place++)
        {
            var count = sources[plan.Used[place]].Records.Count;
            if (record < count)
                return place;
            record -= count;
        }
        throw new InvalidOperationException("A record is in no source.");
    }
}
