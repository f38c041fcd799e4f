using System.Collections.Immutable;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Structure;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>What the records of a content are told by, and which of the sources that takes.</summary>
/// <param name="Used">The sources that are referred to, by their places among all.</param>
/// <param name="Pairs">For each record of the target what it is told by; old records are counted through the used
/// sources alone.</param>
internal sealed record SourcePlan(ImmutableArray<int> Used, PairedData[] Pairs)
{
    /// <summary>Makes a plan, or gives that which was made last, if it is of the same sources.</summary>
    /// <param name="target">The content.</param>
    /// <param name="sources">What it may be told by, from the lowest to the topmost.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static SourcePlan Make(
        ContentMap target, IReadOnlyList<ContentMap> sources, CancellationToken cancellationToken)
    {
        if (target.LastPlan is { } last && last.Sources.SequenceEqual(sources))
            return last.Plan;
        var plan = MakeNew(target, sources, cancellationToken);
        target.LastPlan = ([.. sources], plan);
        return plan;
    }

    private static SourcePlan MakeNew(
        ContentMap target, IReadOnlyList<ContentMap> sources, CancellationToken cancellationToken)
    {
        PairingRecord[] old = [.. sources.SelectMany(s => s.Entries)];
        using var similar = new SimilarRecords(target, sources, cancellationToken);
        var pairs = Pairing.Pair(old, target.Entries, similar, cancellationToken);
        var starts = StartsOf(sources);
        var isUsed = new bool[sources.Count];
        foreach (var pair in pairs)
        {
            Use(pair.HeaderBase);
            if (pair.Kind is PairedKind.Copy or PairedKind.Patch)
                Use(pair.Record);
        }
        if (!target.IsTailZero)
            UseTail(sources, isUsed);
        return new SourcePlan(
            [.. Enumerable.Range(0, isUsed.Length).Where(i => isUsed[i])], Renumber(pairs, starts, isUsed));

        void Use(int record)
        {
            if (record >= 0)
                isUsed[SourceOf(record, starts)] = true;
        }
    }

    // A content that is no tar is told by the tails of those that are none either.
    private static void UseTail(IReadOnlyList<ContentMap> sources, bool[] isUsed)
    {
        var longest = Enumerable.Range(0, sources.Count).Where(i => sources[i].Records.TailLength > 0)
            .DefaultIfEmpty(-1).MaxBy(i => i < 0 ? 0 : sources[i].Records.TailLength);
        if (longest >= 0 && !isUsed.Contains(true))
            isUsed[longest] = true;
    }

    private static int[] StartsOf(IReadOnlyList<ContentMap> sources)
    {
        var starts = new int[sources.Count + 1];
        for (var index = 0; index < sources.Count; index++)
            starts[index + 1] = starts[index] + sources[index].Records.Count;
        return starts;
    }

    private static int SourceOf(int record, int[] starts)
    {
        var source = 0;
        while (record >= starts[source + 1])
            source++;
        return source;
    }

    private static PairedData[] Renumber(PairedData[] pairs, int[] starts, bool[] isUsed)
    {
        var less = new int[isUsed.Length];
        for (var (index, sum) = (0, 0); index < less.Length; index++)
        {
            less[index] = sum;
            if (!isUsed[index])
                sum += starts[index + 1] - starts[index];
        }
        return [.. pairs.Select(pair => pair with
        {
            HeaderBase = Move(pair.HeaderBase),
            Record = pair.Kind is PairedKind.Copy or PairedKind.Patch ? Move(pair.Record) : pair.Record,
        })];

        int Move(int record) => record < 0 ? record : record - less[SourceOf(record, starts)];
    }
}

/// <summary>
/// Finds old records by what their data hold, where no name finds them. All old data are read when that is first asked.
/// </summary>
/// <param name="target">The content whose records are asked for.</param>
/// <param name="sources">The contents that are looked in.</param>
/// <param name="cancellationToken">Stops the work.</param>
internal sealed class SimilarRecords(
    ContentMap target, IReadOnlyList<ContentMap> sources, CancellationToken cancellationToken)
    : ISimilarContent, IDisposable
{
    // Longer data are not likely to be found under another name, and are long to read.
    private const int LongestData = 1 << 28;

    private ContentSketch? _sketch;

    public int Find(int targetRecord)
    {
        var record = target.Records[targetRecord];
        if (record.DataLength is 0 or > LongestData)
            return -1;
        _sketch ??= Read();
        var data = target.File.Span(record.DataOffset, (int)record.DataLength);
        return _sketch.Find(data, null, cancellationToken).File;
    }

    public void Dispose() => _sketch?.Dispose();

    private ContentSketch Read()
    {
        var sketch = new ContentSketch();
        var index = 0;
        foreach (var source in sources)
        {
            for (var record = 0; record < source.Records.Count; record++, index++)
            {
                var (data, entry) = (source.Records[record], source.Entries[record]);
                if (data.DataLength is > 0 and <= LongestData && !entry.Name.IsExtended)
                    sketch.Add(index, source.File.Span(data.DataOffset, (int)data.DataLength), cancellationToken);
            }
        }
        return sketch;
    }
}
