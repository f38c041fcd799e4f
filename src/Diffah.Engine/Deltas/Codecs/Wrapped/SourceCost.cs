using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>
/// A source costs the receiver: it has to be fetched and decompressed. A further one is taken only where it saves more
/// than a 4096th of its bytes.
/// </summary>
internal static class SourceCost
{
    private const long WorthRatio = 4096;

    // Data that are told by a source take some part of their bytes without it; below this it can't save enough.
    private const long IdleRatio = 512;

    /// <summary>Bytes of a patch that reading a source is worth.</summary>
    /// <param name="source">The source.</param>
    public static long WorthOf(ContentMap source) => source.File.Length / WorthRatio;

    /// <summary>The sources that tell little of a content: those that may be left out. At least one is left.</summary>
    /// <param name="target">The content.</param>
    /// <param name="sources">The sources that are used.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Their places among the sources.</returns>
    public static IReadOnlyList<int> FindIdle(
        ContentMap target, IReadOnlyList<ContentMap> sources, CancellationToken cancellationToken)
    {
        if (sources.Count < 2)
            return [];
        var plan = SourcePlan.Make(target, sources, cancellationToken);
        var told = new long[sources.Count];
        for (var index = 0; index < plan.Pairs.Length; index++)
        {
            var pair = plan.Pairs[index];
            if (pair.Kind is PairedKind.Copy or PairedKind.Patch)
                told[SourceOf(pair.Record, plan, sources)] += target.Records[index].DataLength;
        }
        var most = Array.IndexOf(told, told.Max());
        return [.. Enumerable.Range(0, sources.Count)
            .Where(i => i != most && told[i] < sources[i].File.Length / IdleRatio)];
    }

    private static int SourceOf(int record, SourcePlan plan, IReadOnlyList<ContentMap> sources)
    {
        foreach (var source in plan.Used)
        {
            if (record < sources[source].Records.Count)
                return source;
            record -= sources[source].Records.Count;
        }
        throw new InvalidOperationException("A record is in no source.");
    }
}
