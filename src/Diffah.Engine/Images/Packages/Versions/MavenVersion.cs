using System.Buffers;

namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>
/// Versions of Java packages, in the order of Maven for all that is written as is usual: numbers, then words, of which
/// some stand before a release. Lists within lists, which Maven makes of dashes, are not told apart.
/// </summary>
internal static class MavenVersion
{
    private const int Release = 5;
    private const int Unknown = 7;
    private const int Number = 8;

    private static readonly SearchValues<char> WordEnds = SearchValues.Create(".-_0123456789");
    private static readonly string[] Known = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

    /// <summary>Compares two versions.</summary>
    public static int? Compare(string one, string other)
    {
        var (left, right) = (Parse(one), Parse(other));
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            var order = Compare(At(left, i), At(right, i));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static (int Rank, string Text)? At(List<(int Rank, string Text)> parts, int index) =>
        index < parts.Count ? parts[index] : null;

    // What is not there is 0 beside a number, and the release beside a word.
    private static int Compare((int Rank, string Text)? one, (int Rank, string Text)? other)
    {
        var left = one ?? Nothing(other!.Value);
        var right = other ?? Nothing(left);
        if (left.Rank != right.Rank)
            return left.Rank.CompareTo(right.Rank);
        return left.Rank switch
        {
            Number => DigitRuns.Compare(left.Text, right.Text),
            Unknown => string.CompareOrdinal(left.Text, right.Text),
            _ => 0,
        };
    }

    private static (int Rank, string Text) Nothing((int Rank, string Text) beside) =>
        beside.Rank == Number ? (Number, "0") : (Release, "");

    private static List<(int Rank, string Text)> Parse(string version)
    {
        var parts = new List<(int Rank, string Text)>();
        var rest = version.ToLowerInvariant().AsSpan();
        while (rest.Length > 0)
        {
            if (rest[0] is '.' or '-' or '_')
            {
                rest = rest[1..];
            }
            else if (char.IsAsciiDigit(rest[0]))
            {
                parts.Add((Number, DigitRuns.Take(ref rest).ToString()));
            }
            else
            {
                var end = rest.IndexOfAny(WordEnds);
                var word = end < 0 ? rest : rest[..end];
                rest = rest[word.Length..];
                Trim(parts);
                parts.Add(Word(word.ToString(), rest.Length > 0 && char.IsAsciiDigit(rest[0])));
            }
        }
        Trim(parts);
        return parts;
    }

    // "1.0" is "1", and "1.0-rc" is "1-rc".
    private static void Trim(List<(int Rank, string Text)> parts)
    {
        while (parts.Count > 0 && parts[^1].Rank is (Release or Number) && parts[^1].Text.AsSpan().Trim('0').IsEmpty)
            parts.RemoveAt(parts.Count - 1);
    }

    private static (int Rank, string Text) Word(string word, bool isNumbered)
    {
        var name = (word, isNumbered) switch
        {
            ("a", true) => "alpha",
            ("b", true) => "beta",
            ("m", true) => "milestone",
            ("cr", _) => "rc",
            ("ga" or "final" or "release", _) => "",
            _ => word,
        };
        var rank = Array.IndexOf(Known, name);
        return rank < 0 ? (Unknown, name) : (rank, name);
    }
}
