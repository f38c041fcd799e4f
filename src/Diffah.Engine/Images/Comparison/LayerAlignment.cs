namespace Diffah.Engine.Images.Comparison;

/// <summary>A layer of one image, and the one of the other image that it is compared with.</summary>
/// <param name="Left">The place of the first image's layer; null where only the other image has one.</param>
/// <param name="Right">The place of the other image's layer; null where only the first image has one.</param>
internal readonly record struct LayerPair(int? Left, int? Right)
{
    /// <summary>The place that a difference is told with.</summary>
    public int Place => Left ?? Right!.Value;
}

/// <summary>
/// Finds which layers of two images are to be compared: those that are the same anchor the rest, then those that the
/// same build step made, then those that stand in the same order.
/// </summary>
internal static class LayerAlignment
{
    // Of the table of the longest common subsequence; some hundreds of layers a side are far below.
    private const long MaximumCells = 4_000_000;

    /// <summary>Pairs the layers of two images.</summary>
    /// <param name="left">What tells each layer of the first image, the surest first; a null tells nothing.</param>
    /// <param name="right">The same of the other image.</param>
    public static IReadOnlyList<LayerPair> Align(IReadOnlyList<string?[]> left, IReadOnlyList<string?[]> right)
    {
        var pairs = new List<LayerPair>();
        Align(left, right, (0, left.Count), (0, right.Count), 0, pairs);
        return pairs;
    }

    private static void Align(
        IReadOnlyList<string?[]> left, IReadOnlyList<string?[]> right, (int From, int To) mine,
        (int From, int To) theirs, int key, List<LayerPair> pairs)
    {
        if (mine.From == mine.To || theirs.From == theirs.To || left.Count == 0 || key == left[0].Length)
        {
            PairInOrder(mine, theirs, pairs);
            return;
        }
        foreach (var (i, j) in Common(left, right, mine, theirs, key))
        {
            Align(left, right, (mine.From, i), (theirs.From, j), key + 1, pairs);
            pairs.Add(new LayerPair(i, j));
            (mine.From, theirs.From) = (i + 1, j + 1);
        }
        Align(left, right, mine, theirs, key + 1, pairs);
    }

    private static void PairInOrder((int From, int To) mine, (int From, int To) theirs, List<LayerPair> pairs)
    {
        for (var (i, j) = (mine.From, theirs.From); i < mine.To || j < theirs.To; (i, j) = (i + 1, j + 1))
            pairs.Add(new LayerPair(i < mine.To ? i : null, j < theirs.To ? j : null));
    }

    /// <summary>The longest common subsequence, by one key.</summary>
    private static List<(int Left, int Right)> Common(
        IReadOnlyList<string?[]> left, IReadOnlyList<string?[]> right, (int From, int To) mine,
        (int From, int To) theirs, int key)
    {
        var found = new List<(int, int)>();
        for (; mine.From < mine.To && theirs.From < theirs.To && IsSame(mine.From, theirs.From);
            mine.From++, theirs.From++)
            found.Add((mine.From, theirs.From));
        var behind = new List<(int, int)>();
        for (; mine.From < mine.To && theirs.From < theirs.To && IsSame(mine.To - 1, theirs.To - 1);
            mine.To--, theirs.To--)
            behind.Add((mine.To - 1, theirs.To - 1));
        behind.Reverse();
        var (rows, columns) = (mine.To - mine.From, theirs.To - theirs.From);
        if ((long)rows * columns <= MaximumCells)
            found.AddRange(Walk(Lengths()));
        found.AddRange(behind);
        return found;

        bool IsSame(int i, int j) => left[i][key] is { } text && text == right[j][key];

        int[,] Lengths()
        {
            var lengths = new int[rows + 1, columns + 1];
            for (var i = rows - 1; i >= 0; i--)
            {
                for (var j = columns - 1; j >= 0; j--)
                    lengths[i, j] = IsSame(mine.From + i, theirs.From + j)
                        ? lengths[i + 1, j + 1] + 1
                        : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
            return lengths;
        }

        IEnumerable<(int, int)> Walk(int[,] lengths)
        {
            for (var (i, j) = (0, 0); i < rows && j < columns;)
            {
                if (IsSame(mine.From + i, theirs.From + j))
                    yield return (mine.From + i++, theirs.From + j++);
                else if (lengths[i + 1, j] >= lengths[i, j + 1])
                    i++;
                else
                    j++;
            }
        }
    }
}
