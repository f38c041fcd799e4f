namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>A path of which two layers do not have as many entries.</summary>
/// <param name="Left">The first layer's last entry.</param>
/// <param name="Right">The other layer's last entry.</param>
/// <param name="LeftCount">How many the first layer has.</param>
/// <param name="RightCount">How many the other one has.</param>
internal sealed record UnevenPath(LayerEntry Left, LayerEntry Right, int LeftCount, int RightCount);

/// <summary>
/// Which entries of two layers are of one path. A path that is there more than once is paired from its last entry on,
/// since that is the one that counts.
/// </summary>
internal sealed class EntryPairs
{
    private const int None = -1;

    private readonly IReadOnlyList<LayerEntry> _left;
    private readonly IReadOnlyList<LayerEntry> _right;
    private readonly int[] _partners;

    private EntryPairs(IReadOnlyList<LayerEntry> left, IReadOnlyList<LayerEntry> right, int[] partners) =>
        (_left, _right, _partners) = (left, right, partners);

    /// <summary>The entries that have a partner, in the order of the first layer.</summary>
    public IEnumerable<(LayerEntry Left, LayerEntry Right)> Both =>
        Enumerable.Range(0, _left.Count).Where(i => _partners[i] != None)
            .Select(i => (_left[i], _right[_partners[i]]));

    /// <summary>Entries of the first layer alone.</summary>
    public required IReadOnlyList<LayerEntry> OnlyLeft { get; init; }

    /// <summary>Entries of the other layer alone.</summary>
    public required IReadOnlyList<LayerEntry> OnlyRight { get; init; }

    /// <summary>Paths of which both layers have entries, but not as many.</summary>
    public required IReadOnlyList<UnevenPath> Counts { get; init; }

    /// <summary>Paths that both have.</summary>
    public required int PathCount { get; init; }

    /// <summary>Pairs entries.</summary>
    /// <param name="left">Those of the first layer.</param>
    /// <param name="right">Those of the other one.</param>
    public static EntryPairs Of(IReadOnlyList<LayerEntry> left, IReadOnlyList<LayerEntry> right)
    {
        var (mine, theirs) = (new PathIndex(left), new PathIndex(right));
        var partners = new int[left.Count];
        Array.Fill(partners, None);
        var counts = new List<UnevenPath>();
        var pathCount = 0;
        foreach (var (path, last) in mine.Last)
        {
            if (!theirs.Last.TryGetValue(path, out var other))
                continue;
            pathCount++;
            var (i, j) = (last, other);
            for (; i != None && j != None; (i, j) = (mine.Before[i], theirs.Before[j]))
                partners[i] = j;
            if (i != None || j != None)
                counts.Add(new UnevenPath(left[last], right[other], mine.Count(last), theirs.Count(other)));
        }
        return new EntryPairs(left, right, partners)
        {
            OnlyLeft = [.. left.Where(e => !theirs.Last.ContainsKey(e.Path))],
            OnlyRight = [.. right.Where(e => !mine.Last.ContainsKey(e.Path))],
            Counts = counts,
            PathCount = pathCount,
        };
    }

    /// <summary>
    /// How many entries with a partner stand elsewhere, at least: all but the longest row that both have in one order.
    /// </summary>
    /// <param name="first">The first pair that does not stand in that row; places count from 1.</param>
    public int CountMoved(out (LayerEntry Entry, int Left, int Right)? first)
    {
        first = null;
        var places = Enumerable.Range(0, _left.Count).Where(i => _partners[i] != None).ToArray();
        var row = LongestRow([.. places.Select(i => _partners[i])]);
        var moved = places.Where((_, at) => !row.Contains(at)).ToList();
        if (moved.Count > 0)
            first = (_left[moved[0]], moved[0] + 1, _partners[moved[0]] + 1);
        return moved.Count;
    }

    // The longest increasing subsequence, by patience sorting: places in the row of numbers.
    private static HashSet<int> LongestRow(int[] numbers)
    {
        var ends = new List<int>();
        var before = new int[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var (low, high) = (0, ends.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (numbers[ends[middle]] < numbers[i])
                    low = middle + 1;
                else
                    high = middle;
            }
            before[i] = low > 0 ? ends[low - 1] : None;
            if (low == ends.Count)
                ends.Add(i);
            else
                ends[low] = i;
        }
        var row = new HashSet<int>(ends.Count);
        for (var i = ends.Count > 0 ? ends[^1] : None; i != None; i = before[i])
            row.Add(i);
        return row;
    }

    /// <summary>Where the entries of each path are.</summary>
    private sealed class PathIndex
    {
        public PathIndex(IReadOnlyList<LayerEntry> entries)
        {
            Last = new Dictionary<string, int>(entries.Count, StringComparer.Ordinal);
            Before = new int[entries.Count];
            for (var i = 0; i < entries.Count; i++)
            {
                Before[i] = Last.TryGetValue(entries[i].Path, out var before) ? before : None;
                Last[entries[i].Path] = i;
            }
        }

        /// <summary>The last entry of each path.</summary>
        public Dictionary<string, int> Last { get; }

        /// <summary>The entry of the same path before each entry.</summary>
        public int[] Before { get; }

        public int Count(int last)
        {
            var count = 0;
            for (var i = last; i != None; i = Before[i])
                count++;
            return count;
        }
    }
}
