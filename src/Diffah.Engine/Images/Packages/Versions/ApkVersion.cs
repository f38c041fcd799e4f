using System.Buffers;

namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>
/// Versions of Alpine packages (apk-package(5)): <c>number{.number}{letter}{_suffix{number}}{~hash}{-r#}</c>.
/// </summary>
internal static class ApkVersion
{
    // In their order; a version without a suffix stands before the first that follows a release.
    private static readonly string[] Suffixes = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
    private const int FirstAfterRelease = 4;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Compares two versions; null where one is none.</summary>
    public static int? Compare(string one, string other)
    {
        if (Parse(one) is not { } left || Parse(other) is not { } right)
            return null;
        var order = CompareNumbers(left.Numbers, right.Numbers);
        if (order == 0)
            order = left.Letter.CompareTo(right.Letter);
        if (order == 0)
            order = CompareSuffixes(left.Suffixes, right.Suffixes);
        if (order == 0)
            order = string.CompareOrdinal(left.Hash, right.Hash);
        return order != 0 ? order : DigitRuns.Compare(left.Build, right.Build);
    }

    private static int CompareNumbers(List<string> one, List<string> other)
    {
        for (var i = 0; i < Math.Min(one.Count, other.Count); i++)
        {
            // Behind a point, a zero at the start makes a fraction of a number.
            var order = i > 0 && (one[i][0] == '0' || other[i][0] == '0')
                ? string.CompareOrdinal(one[i], other[i])
                : DigitRuns.Compare(one[i], other[i]);
            if (order != 0)
                return order;
        }
        return one.Count.CompareTo(other.Count);
    }

    private static int CompareSuffixes(List<(int Rank, string Number)> one, List<(int Rank, string Number)> other)
    {
        for (var i = 0; i < Math.Max(one.Count, other.Count); i++)
        {
            if (i >= one.Count)
                return other[i].Rank < FirstAfterRelease ? 1 : -1;
            if (i >= other.Count)
                return one[i].Rank < FirstAfterRelease ? -1 : 1;
            var order = one[i].Rank.CompareTo(other[i].Rank);
            if (order == 0)
                order = DigitRuns.Compare(one[i].Number, other[i].Number);
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static Parts? Parse(string version)
    {
        var rest = version.AsSpan();
        var parts = new Parts();
        do
        {
            if (rest is ['.', ..])
                rest = rest[1..];
            if (rest.IsEmpty || !char.IsAsciiDigit(rest[0]))
                return null;
            parts.Numbers.Add(DigitRuns.Take(ref rest).ToString());
        }
        while (rest is ['.', ..]);
        if (rest.Length > 0 && char.IsAsciiLetterLower(rest[0]))
        {
            parts.Letter = rest[0];
            rest = rest[1..];
        }
        return TakeSuffixes(ref rest, parts) && TakeEnd(rest, parts) ? parts : null;
    }

    private static bool TakeSuffixes(ref ReadOnlySpan<char> rest, Parts parts)
    {
        while (rest is ['_', ..])
        {
            var letters = rest[1..];
            var length = letters.IndexOfAnyExceptInRange('a', 'z');
            var rank = Array.IndexOf(Suffixes, (length < 0 ? letters : letters[..length]).ToString());
            if (rank < 0)
                return false;
            rest = letters[Suffixes[rank].Length..];
            parts.Suffixes.Add((rank, DigitRuns.Take(ref rest).ToString()));
        }
        return true;
    }

    private static bool TakeEnd(ReadOnlySpan<char> rest, Parts parts)
    {
        if (rest is ['~', ..])
        {
            var end = rest[1..].IndexOfAnyExcept(Hexadecimal);
            parts.Hash = (end < 0 ? rest[1..] : rest[1..(1 + end)]).ToString();
            rest = rest[(1 + parts.Hash.Length)..];
        }
        if (rest.IsEmpty)
            return true;
        if (!rest.StartsWith("-r") || !DigitRuns.IsNumber(rest[2..]))
            return false;
        parts.Build = rest[2..].ToString();
        return true;
    }

    private sealed class Parts
    {
        public List<string> Numbers { get; } = [];

        public char Letter { get; set; }

        public List<(int Rank, string Number)> Suffixes { get; } = [];

        public string Hash { get; set; } = "";

        public string Build { get; set; } = "";
    }
}
