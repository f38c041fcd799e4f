namespace Diffah.Cli.Hosting;

/// <summary>How far a typing mistake is from a word (Levenshtein).</summary>
internal static class EditDistance
{
    /// <summary>The least number of letters inserted, dropped or changed that makes one word the other.</summary>
    public static int Of(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
