namespace Diffah.Engine.Diagnostics;

/// <summary>How far a typing mistake is from a word (Levenshtein).</summary>
public static class EditDistance
{
    /// <summary>The word that was probably meant; null where none is near.</summary>
    /// <param name="typed">What was written.</param>
    /// <param name="known">The words there are.</param>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var best = known.Select(k => (Name: k, Distance: Between(typed, k))).OrderBy(k => k.Distance)
            .ThenBy(k => k.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, typed.Length / 3) ? best.Name : null;
    }

    /// <summary>The least number of letters inserted, dropped or changed that makes one word the other.</summary>
    private static int Between(string from, string to)
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
